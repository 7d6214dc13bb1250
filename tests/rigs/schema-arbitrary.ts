// Values that fit a JSON Schema, and values that hardly fit anything: for tests that ask by the published description alone.

import fc from "fast-check";

export type Schema = { readonly [word: string]: unknown };

/** Fits the schema, of the words that our schemas use. */
export function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema["anyOf"] !== undefined) return fc.oneof(...(schema["anyOf"] as Schema[]).map(fitting));
  if (schema["enum"] !== undefined) return fc.constantFrom(...(schema["enum"] as unknown[]));
  if ("const" in schema) return fc.constant(schema["const"]);
  switch (schema["type"]) {
    case "object":
      return fittingObject(schema);
    case "array":
      return fc.array(fitting(schema["items"] as Schema), { maxLength: Math.min(5, Number(schema["maxItems"] ?? 5)) });
    case "string":
      return fittingText(schema);
    case "integer":
      return fc.integer({ min: Number(schema["minimum"] ?? -1e6), max: Number(schema["maximum"] ?? 1e6) });
    case "number":
      return fc.double({ min: Number(schema["minimum"] ?? -1e9), max: Number(schema["maximum"] ?? 1e9), noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function fittingObject({ properties, required, patternProperties }: Schema): fc.Arbitrary<unknown> {
  if (patternProperties !== undefined) {
    const [value] = Object.values(patternProperties as Record<string, Schema>);
    return fc.dictionary(fc.string({ maxLength: 20 }), fitting(value as Schema), { maxKeys: 5 });
  }
  const fields = Object.entries((properties ?? {}) as Record<string, Schema>).map(([name, each]) => [
    name,
    fitting(each),
  ]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: (required ?? []) as never[] });
}

function fittingText({ pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const [least, most] = [Number(minLength), Number(maxLength)];
  if (pattern === undefined) return fc.string({ minLength: least, maxLength: Math.min(most, least + 20) });
  return fc.stringMatching(new RegExp(String(pattern))).filter(({ length }) => length >= least && length <= most);
}

/** Anything a parser, a comparison or a database may stumble over. */
export const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      -1,
      0,
      1e308,
      2 ** 53,
      "",
      " ",
      "\u0000",
      "0x10",
      "NaN",
      "-0",
      "__proto__",
      "constructor",
      "toString",
    ],
    ...[
      "../../etc/passwd",
      "..%2f..%2f",
      "' OR 1=1 --",
      '"; DROP TABLE accounts; --',
      "a".repeat(70_000),
      "\ud800",
      "𝕏".repeat(300),
    ],
    ...[[], {}, [[[[[[]]]]]], { __proto__: { role: "owner" } }, { constructor: { prototype: { role: "owner" } } }],
    ...[{ toString: null }, Array.from({ length: 3000 }, () => 0)],
  ),
);
