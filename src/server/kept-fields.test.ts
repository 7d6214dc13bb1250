// Of an answer goes out what its schema names.
import { expect, test } from "vitest";
import { sayFault } from "../model/fault-sentences.ts";
import { SCHEMAS } from "../monitor/schemas.ts";
import { SaidSchema } from "../monitor/told.ts";
import { keepFields } from "./kept-fields.ts";

test("fields are let out for every answer there is", () => {
  for (const [name, { answer }] of Object.entries(SCHEMAS)) expect(() => keepFields(answer), name).not.toThrow();
});

test("a sentence goes out with all values in its places, and with nothing beside them", () => {
  const said = sayFault("clears", { back: sayFault("over", { limit: "3.500 V" }), time: "10.00 s" });
  expect(keepFields(SaidSchema)?.({ ...said, inside: "secret" })).toEqual(said);
});
