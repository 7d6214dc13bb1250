// The device's own judgement of what it is asked, against the schemas that are the truth.

import { TypeRegistry } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ByDevice } from "./desk.ts";
import { isByDevice } from "./desk.ts";
import { isInput } from "./judge-input.ts";
import { OPERATION_NAMES } from "./operations.ts";
import { SCHEMAS } from "./schemas.ts";

const NAMES = OPERATION_NAMES.filter(isByDevice);

/** An input that fits, of each operation that has one. */
const FITTING: Readonly<Partial<Record<ByDevice, readonly unknown[]>>> = {
  checkSettings: [
    { changes: { "battery.cells": 12, "user.serialNumber": "SN 1", "sdCard.enable": false } },
    { changes: { "estimation.ocv": { x: [0, 1], y: [3, 3.6] }, table: { x: [1], y: [2], z: [3] } } },
  ],
  applySettings: [{ changes: { "battery.cells": 12 }, settingsKey: "0a1b2c3d" }, { changes: {} }],
  command: [{ command: "powerDown" }, { command: "powerDown", argument: 18 }],
  acknowledge: [{}, { faults: ["overvoltage"] }],
  override: [{ signal: "inhibitCharging", value: 2 }],
  wiring: [{}, { cells: 6 }, { cells: 18, thermistors: 6 }],
  bus: [{}, { after: 0 }, { after: 1e9 }],
  setWorld: [
    { load: "inverter", charger: { plugged: true, current_A: 0 }, ambient_degC: -40, speed: 3600, button: true },
  ],
  breakThing: [{ kind: "cellShort", parameters: { cell: 3 } }, { kind: "x" }],
  repair: [{}, { kind: "cellShort", element: -1 }],
  startScenario: [{ name: "bench" }],
};
const fitting = NAMES.flatMap((name) => (FITTING[name] ?? [{}]).map((input) => [name, input] as const));

// Words of a closed set are plain JSON Schema ("enum"), which TypeBox does not judge by itself.
TypeRegistry.Set("Unsafe", (schema: { enum?: unknown[] }, value) => schema.enum?.includes(value) === true);
const isBySchema = (name: ByDevice, input: unknown): boolean => Value.Check(SCHEMAS[name].input, input);

test.each(fitting)("%s takes %j, as its schema does", (name, input) => {
  expect(isBySchema(name, input)).toBe(true);
  expect(isInput(name, input)).toBe(true);
});

const ODD = [
  null,
  "",
  "x".repeat(41),
  "x".repeat(1001),
  -1,
  0,
  1,
  2,
  3,
  0.05,
  18,
  19,
  86,
  1201,
  3601,
  1.5,
  true,
  [],
  {},
];
const ODD_VALUES = [...ODD, ["overvoltage"], ["nothing"], { plugged: true }, { plugged: 1 }, { x: [1], y: [2], w: 3 }];
const ODD_LISTS = [{ x: Array(201).fill(1), y: [] }, { x: [1], y: ["a"] }, { x: [1] }, Array(201).fill("overvoltage")];
const odd = fc.oneof(
  fc.constantFrom(...ODD_VALUES, ...ODD_LISTS),
  fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes("__proto__")),
);

/** A fitting input with one thing of it changed, left out or added, at any depth. */
function spoilt(input: unknown, path: readonly number[], value: unknown, isLeftOut: boolean): unknown {
  if (typeof input !== "object" || input === null || path.length === 0) return value;
  const [step = 0, ...rest] = path;
  const keys = [...Object.keys(input), "another"];
  const key = keys[step % keys.length]!;
  const copy: Record<string, unknown> = { ...input };
  if (isLeftOut) delete copy[key];
  else copy[key] = spoilt(copy[key], rest, value, false);
  return Array.isArray(input) ? Object.values(copy) : copy;
}

test("what the device takes is what the schema takes, for inputs that fit, were spoilt or are anything (seed 7)", () => {
  const spoiling = fc.tuple(
    ...[fc.constantFrom(...fitting), fc.array(fc.nat(9), { minLength: 0, maxLength: 3 }), odd, fc.boolean()],
  );
  fc.assert(
    fc.property(spoiling, (given) => {
      const [[name, input], path, value, isLeftOut] = given as [(typeof fitting)[number], number[], unknown, boolean];
      const asked = JSON.parse(JSON.stringify(spoilt(input, path, value, isLeftOut) ?? null)) as unknown;
      expect({ asked, taken: isInput(name, asked) }).toEqual({ asked, taken: isBySchema(name, asked) });
    }),
    { seed: 7, numRuns: 20_000 },
  );
});

test.each(NAMES)("%s takes no list, text or number in place of an object", (name) => {
  for (const asked of [[], "", 0, null, undefined]) expect(isInput(name, asked)).toBe(false);
});
