// The published description, the split of inputs, and what answers let out.

import { Type } from "@sinclair/typebox";
import { expect, test } from "vitest";
import { OPERATION_NAMES, OPERATIONS } from "../monitor/operations.ts";
import { SCHEMAS } from "../monitor/schemas.ts";
import { fromTexts, partsOf } from "./input-parts.ts";
import { keepFields } from "./kept-fields.ts";
import { openApi } from "./openapi.ts";

type Described = { readonly operationId: string; readonly "x-role": string; readonly security: readonly object[] };

test("each operation is described once, under its path and method, with its role", () => {
  const { paths } = openApi() as { paths: Record<string, Record<string, Described>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => `${each.operationId} ${method} ${path} ${each["x-role"]}`),
  );
  const wanted = OPERATION_NAMES.map((name) => {
    const { method, path, role } = OPERATIONS[name];
    return `${name} ${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")} ${role}`;
  });
  const beside = ["stream get /stream viewer", "logFile get /logs/{name} viewer"]; // no answer in JSON
  expect(described.sort()).toEqual([...wanted, ...beside].sort());
});

test("only what needs no role is described as open, and only reading as possible without the session's word", () => {
  const { paths } = openApi() as { paths: Record<string, Record<string, Described>> };
  const byPeople = OPERATION_NAMES.filter((name) => "personOnly" in OPERATIONS[name]) as readonly string[];
  for (const [method, { operationId, security, "x-role": role }] of Object.values(paths).flatMap(Object.entries)) {
    const session = { session: [], ...(method === "get" ? {} : { csrf: [] }) };
    const ways = byPeople.includes(operationId) ? [session] : [{ token: [] }, session];
    expect(security, operationId).toEqual(role === "anyone" ? [] : ways);
  }
});

test("no two operations share path and method, and every field of an input has one place", () => {
  const addresses = OPERATION_NAMES.map((name) => `${OPERATIONS[name].method} ${OPERATIONS[name].path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
  for (const name of OPERATION_NAMES) {
    const { params, query, body } = partsOf(name);
    const placed = [params, query, body].flatMap(({ properties }) => Object.keys(properties));
    expect(placed.sort(), name).toEqual(Object.keys(SCHEMAS[name].input.properties).sort());
    expect(OPERATIONS[name].path.match(/:\w+/g)?.length ?? 0, name).toBe(Object.keys(params.properties).length);
    expect(Object.keys(OPERATIONS[name].method === "GET" ? body.properties : query.properties), name).toEqual([]);
  }
});

test.each([
  ["10", 10],
  ["-1.5", -1.5],
  ["1e3", 1000],
  ["", ""],
  [" 1", " 1"],
  ["0x10", "0x10"],
  ["Infinity", "Infinity"],
  ["1,5", "1,5"],
])("the query's number %j is read as %j", (text, value) => {
  const part = { ...partsOf("audit").query };
  expect(fromTexts(part, { limit: text, unknown: "10", __proto__: "1" })).toEqual({ limit: value, unknown: "10" });
});

test("only named fields get out, at any depth; records of plain values pass untouched", () => {
  const inner = Type.Object({ a: Type.Number() });
  const keep = keepFields(
    Type.Object({
      list: Type.Array(inner),
      maybe: Type.Union([inner, Type.Null()]),
      named: Type.Record(Type.String(), inner),
      free: Type.Record(Type.String(), Type.Unknown()),
    }),
  );
  const leaky = { a: 1, hash: "secret" };
  expect(keep?.({ list: [leaky], maybe: leaky, named: { x: leaky }, free: { hash: 1 }, hash: "secret" })).toEqual({
    ...{ list: [{ a: 1 }], maybe: { a: 1 }, named: { x: { a: 1 } }, free: { hash: 1 } },
  });
  expect(keep?.({ list: null, maybe: null })).toEqual({ list: null, maybe: null });
  expect(keepFields(SCHEMAS.snapshot.answer.properties.signals)).toBeUndefined();
});
