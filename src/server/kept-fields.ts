// Lets out of an answer only the fields that its schema names, so that nothing leaks that was meant to stay inside. Made once for
// each schema; where a schema names no fields anywhere below (the snapshot's signals), values pass as they are, at no cost.

import type { TSchema } from "@sinclair/typebox";

export type Keep = (value: unknown) => unknown;

/** Undefined: everything passes. */
export function keepFields(schema: TSchema): Keep | undefined {
  if (schema["anyOf"] !== undefined) return keepOneOf(schema["anyOf"] as TSchema[]);
  if (schema["type"] === "array") return keepItems(keepFields(schema["items"] as TSchema));
  if (schema["patternProperties"] !== undefined)
    return keepValues(keepFields(Object.values(schema["patternProperties"] as Record<string, TSchema>)[0] as TSchema));
  if (schema["type"] === "object") return keepNamed(schema["properties"] as Record<string, TSchema>);
  return undefined;
}

/** Of several shapes at most one has fields; of what is no object nothing can leak. */
function keepOneOf(schemas: readonly TSchema[]): Keep | undefined {
  const keeps = schemas.map(keepFields).filter((keep) => keep !== undefined);
  return keeps.length === 1 ? keeps[0] : undefined;
}

const keepItems = (keep: Keep | undefined): Keep | undefined =>
  keep && ((value) => (Array.isArray(value) ? value.map(keep) : value));

const keepValues = (keep: Keep | undefined): Keep | undefined =>
  keep && ((value) => (isObject(value) ? mapped(Object.entries(value), () => keep) : value));

function keepNamed(properties: Readonly<Record<string, TSchema>>): Keep {
  const keeps = new Map(Object.entries(properties).map(([name, schema]) => [name, keepFields(schema)]));
  return (value) =>
    isObject(value)
      ? mapped(
          Object.entries(value).filter(([name]) => keeps.has(name)),
          (name) => keeps.get(name),
        )
      : value;
}

const mapped = (entries: [string, unknown][], keepOf: (name: string) => Keep | undefined): unknown =>
  Object.fromEntries(entries.map(([name, value]) => [name, keepOf(name)?.(value) ?? value]));

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
