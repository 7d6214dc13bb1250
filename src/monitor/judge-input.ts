// Judges what is asked of the device against the shape of its input, in the device itself, whoever has judged it before: what does
// not fit must not reach core or world. The shapes are those of schemas.ts, which the device does not load: TypeBox would cost
// it 5 MB and hold its loop for 75 ms. judge-input.test.ts holds both against each other.

import { COMMANDS } from "../model/commands.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { CELLS_MAX, CELLS_MIN, THERMISTORS_MAX, THERMISTORS_MIN } from "../model/headers.ts";
import { INPUT_SIGNAL_NAMES } from "../model/input-signals.ts";
import type { ByDevice } from "./desk.ts";

type Check = (value: unknown) => boolean;
type Field = { readonly check: Check; readonly isOptional: boolean };
type Shape = Readonly<Record<string, Field>>;

/** Whether an input is one that the operation of the device takes. */
export const isInput = (name: ByDevice, input: unknown): boolean => fits(SHAPES[name], input);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const fits = (shape: Shape, value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).every((key) => Object.hasOwn(shape, key)) &&
  Object.entries(shape).every(([key, { check, isOptional }]) =>
    Object.hasOwn(value, key) ? check(value[key]) : isOptional,
  );

const needed = (check: Check): Field => ({ check, isOptional: false });
const optional = (check: Check): Field => ({ check, isOptional: true });
const text =
  (most: number): Check =>
  (value) =>
    typeof value === "string" && value.length <= most;
const oneOf = (words: readonly string[]): Check => {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value) => known.has(value);
};
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const number =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === "number" && value >= least && value <= most;
const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && number(least, most)(value);
const isFlag: Check = (value) => typeof value === "boolean";
const list =
  (most: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(check);
const object =
  (shape: Shape): Check =>
  (value) =>
    fits(shape, value);
const map =
  (most: number, longest: number, check: Check): Check =>
  (value) =>
    isRecord(value) &&
    Object.keys(value).length <= most &&
    Object.entries(value).every(([key, each]) => key.length <= longest && check(each));

const axis = needed(list(200, isNumber));
const isCurve = object({ x: axis, y: axis });
const isTable = object({ x: axis, y: axis, z: needed(list(4000, isNumber)) });
const isShortText = text(1000);
const isSetting: Check = (value) =>
  isNumber(value) || isFlag(value) || isShortText(value) || isCurve(value) || isTable(value);
const changes = needed(map(2000, 100, isSetting));

const SHAPES: Readonly<Record<ByDevice, Shape>> = {
  ...{ device: {}, snapshot: {}, settings: {}, record: {}, world: {}, scenarios: {} },
  checkSettings: { changes },
  applySettings: { changes, settingsKey: optional(text(40)) },
  command: { command: needed(oneOf(Object.keys(COMMANDS))), argument: optional(whole(1, 18)) },
  acknowledge: { faults: optional(list(200, oneOf(FAULT_NAMES))) },
  override: { signal: needed(oneOf(INPUT_SIGNAL_NAMES)), value: needed(whole(0, 2)) },
  wiring: {
    cells: optional(whole(CELLS_MIN, CELLS_MAX)),
    thermistors: optional(whole(THERMISTORS_MIN, THERMISTORS_MAX)),
  },
  bus: { after: optional(whole(0, Number.POSITIVE_INFINITY)) },
  setWorld: {
    load: optional(text(40)),
    charger: optional(object({ plugged: needed(isFlag), current_A: optional(number(0, 1200)) })),
    ambient_degC: optional(number(-40, 85)),
    speed: optional(number(0.1, 3600)),
    button: optional(isFlag),
  },
  breakThing: { kind: needed(text(40)), parameters: optional(map(8, 40, isNumber)) },
  repair: { kind: optional(text(40)), element: optional(whole(-1, 18)) },
  startScenario: { name: needed(text(64)) },
};
