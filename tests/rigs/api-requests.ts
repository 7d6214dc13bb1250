// Requests made from nothing but the published description of the interface: what fits, what hardly fits, torn and huge bodies, wrong
// methods and formats. For tests that fire at an application or at a running server.

import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { BASE, openApi } from "../../src/server/openapi.ts";
import { fitting, type Schema, strange } from "./schema-arbitrary.ts";

type Parameter = {
  readonly name: string;
  readonly required: boolean;
  readonly in: "path" | "query";
  readonly schema: Schema;
};
type Described = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
};
export type Target = Described & { readonly method: string; readonly path: string };

/** Each operation that the description knows. */
export const TARGETS: readonly Target[] = Object.entries(
  openApi()["paths"] as Record<string, Record<string, Described>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, each]) => ({ ...each, method: method.toUpperCase(), path })),
);

const asText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined"));
/** Lone halves of a pair cannot be written into an address. */
const encode = (value: unknown): string =>
  encodeURIComponent(asText(value).replace(/[\ud800-\udfff]/g, "?")).slice(0, 4000);

const partly = (schema: Schema) =>
  fc.oneof({ weight: 3, arbitrary: fitting(schema) }, { weight: 1, arbitrary: strange });

/** The described object with some fields strange, some missing, some too many. */
function bent(schema: Schema): fc.Arbitrary<unknown> {
  const { properties = {} } = schema as { properties?: Record<string, Schema> };
  const fields = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, partly(each)]));
  const extra = fc.dictionary(fc.string({ maxLength: 12 }), strange, { maxKeys: 1 });
  const object = fc.tuple(fc.record(fields, { requiredKeys: [] }), extra).map(([some, more]) => ({ ...some, ...more }));
  return fc.oneof(
    { weight: 3, arbitrary: fitting(schema) },
    { weight: 5, arbitrary: object },
    { weight: 1, arbitrary: strange },
  );
}

export const METHODS = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "MKCOL",
  "SEARCH",
];
const TYPES = [
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "application/problem+json",
  "multipart/form-data",
  "",
  "x",
];

const torn = fc.tuple(strange, fc.nat(40)).map(([value, cut]) => asText(value).slice(0, cut));
const huge = fc.constantFrom(
  "[".repeat(100_000),
  `"${"x".repeat(300_000)}"`,
  `{"a":${"1".repeat(200_000)}}`,
  " ".repeat(270_000),
);

/** Requests to one operation; some of them fit. */
export function requestTo({ method, path, parameters = [], requestBody }: Target): fc.Arbitrary<InjectOptions> {
  const inPath = parameters.filter((each) => each.in === "path").map(({ schema }) => partly(schema));
  const queries = parameters.filter((each) => each.in === "query");
  const query = bent({
    type: "object",
    properties: Object.fromEntries(queries.map(({ name, schema }) => [name, schema])),
    required: queries.filter(({ required }) => required).map(({ name }) => name),
  });
  const body = bent(requestBody?.content["application/json"].schema ?? { type: "object", properties: {} });
  const payload = fc.oneof(
    { weight: 8, arbitrary: body.map((value) => JSON.stringify(value) ?? "") },
    { weight: 1, arbitrary: torn },
    { weight: 1, arbitrary: huge },
  );
  const oftenMethod = fc.oneof(
    { weight: 9, arbitrary: fc.constant(method) },
    { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
  );
  const type = fc.oneof(
    { weight: 9, arbitrary: fc.constant(TYPES[0]!) },
    { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
  );
  return fc
    .tuple(oftenMethod, fc.tuple(...inPath), query, payload, type)
    .map(([chosen, values, asked, text, contentType]) => {
      const left = [...values];
      const url = BASE + path.replace(/\{\w+\}/g, () => encode(left.shift()));
      const search = new URLSearchParams(
        Object.entries(asked ?? {}).map(([name, value]) => [name, asText(value).slice(0, 4000)]),
      );
      const hasBody = chosen !== "GET" && chosen !== "HEAD" && (requestBody !== undefined || text.length > 10);
      return {
        method: chosen as "GET",
        url: queries.length > 0 || search.size < 2 ? `${url}?${search}` : url,
        ...(hasBody ? { payload: text, headers: { "content-type": contentType } } : {}),
      };
    });
}
