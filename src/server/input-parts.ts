// How an operation's input is spread over a request: fields that the path names stand in the path; of the others those of a GET
// stand in the query, and those of everything else in a JSON body. Routes and the published description both ask here.

import type { TSchema } from "@sinclair/typebox";
import { OPERATIONS, type OperationName } from "../monitor/operations.ts";
import { SCHEMAS } from "../monitor/schemas.ts";

/** JSON Schema of one part: an object that takes no other fields. */
export type Part = {
  readonly type: "object";
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
};
export type Parts = { readonly params: Part; readonly query: Part; readonly body: Part };

export function partsOf(name: OperationName): Parts {
  const { method, path } = OPERATIONS[name];
  const { properties, required = [] } = SCHEMAS[name].input as { properties: Part["properties"]; required?: string[] };
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, field = ""]) => field);
  const others = Object.keys(properties).filter((field) => !inPath.includes(field));
  const part = (fields: readonly string[]): Part => ({
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field, properties[field] as TSchema])),
    required: required.filter((field) => fields.includes(field)),
    additionalProperties: false,
  });
  const isRead = method === "GET";
  return { params: part(inPath), query: part(isRead ? others : []), body: part(isRead ? [] : others) };
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Numbers and flags of a path or a query, which come as text, as such; what is none is left for the schema to refuse. */
export const fromTexts = (part: Part, texts: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, fromText(part, field, text)]));

function fromText({ properties }: Part, field: string, text: unknown): unknown {
  const type = Object.hasOwn(properties, field) ? properties[field]?.["type"] : undefined;
  if (typeof text !== "string") return text;
  if ((type === "number" || type === "integer") && NUMBER.test(text)) return Number(text);
  return type === "boolean" && (text === "true" || text === "false") ? text === "true" : text;
}
