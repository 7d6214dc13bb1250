// What a monitor is told of a device besides the numbers of its signals: words, errors, events, the modelled world, frames of the
// buses. As JSON Schema, from which the server's OpenAPI and the page's types follow.

import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { CLOCK_QUALITIES, EVENTS } from "../model/events.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import type { Said } from "../model/said.ts";

export const oneOf = <const T extends readonly string[]>(words: T) =>
  Type.Unsafe<T[number]>({ type: "string", enum: [...words] });
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A sentence as its template and the values in its places, for programs and for other languages (model/said.ts). */
export const SaidSchema = Type.Unsafe<Said>(
  Type.Object({
    code: Type.String({ description: "of the template, the same in every language" }),
    says: Type.String({ description: "the template in English, with places: Cell {element} was at {value}" }),
    values: Type.Record(Type.String(), Type.Unknown(), {
      description: "what stands in the places: text, a number, a sentence like this one, or a list of such",
    }),
  }),
);

const ActiveFault = Type.Object({
  name: oneOf(FAULT_NAMES),
  title: Type.String(),
  level: oneOf(["error", "indication"]),
  sentence: Type.String(),
  said: Type.Optional(SaidSchema),
  /** Since when it is set. */
  since_us: Type.Number(),
  /** From 0; -1: no element. */
  element: Type.Integer(),
  value: Type.Number(),
  limit: Type.Number(),
  isLocked: Type.Boolean({ description: "released only by an acknowledgement or a restart" }),
  opened: Type.Array(Type.String()),
  clears: Type.String({ description: "what has to happen for it to clear" }),
  clearsSaid: Type.Optional(SaidSchema),
  help: Type.String(),
});
const Contactor = Type.Object({
  name: oneOf(["charge", "discharge", "precharge", "common", "main"]),
  closed: Type.Boolean(),
  phase: Type.String(),
  feedback: Type.String({ description: "what its auxiliary contact says is wrong; none while all is well" }),
});
const Limit = Type.Object({ limit_A: Type.Number(), reason: Type.String() });

/** What the signals' numbers do not say: told anew whenever it changes. */
export const DeviceSchema = Type.Object({
  model: Type.String(),
  program: Type.String(),
  serialNumber: Type.String(),
  setup: Type.String(),
  isSimulated: Type.Boolean(),
  isAwake: Type.Boolean(),
  mode: Type.String(),
  cells: Type.Integer(),
  chemistry: Type.String(),
  capacity_Ah: Type.Number(),
  /** Changes with each change of a setting. */
  settingsKey: Type.String(),
  started_us: Type.Number(),
  errors: Type.Array(ActiveFault),
  indications: Type.Array(ActiveFault),
  contactors: Type.Array(Contactor),
  limits: Type.Object({ charge: Limit, discharge: Limit }),
});

export const EventSchema = Type.Object({
  sequence: Type.Integer({ description: "0: not written down yet" }),
  wall_ms: Type.Number(),
  clock: oneOf(CLOCK_QUALITIES),
  uptime_s: Type.Number(),
  source: Type.String(),
  code: oneOf(Object.keys(EVENTS) as (keyof typeof EVENTS)[]),
  severity: oneOf(["info", "notice", "warning", "error", "critical"]),
  subject: Type.String(),
  value: Type.Optional(Type.Number()),
  limit: Type.Optional(Type.Number()),
  actor: Type.String(),
  text: Type.String(),
  hasFrame: Type.Optional(Type.Boolean({ description: "the seconds around it are kept: see explanation" })),
});

export const Load = Type.String({ maxLength: 40, description: "name of a load of the bench" });
const Expected = Type.Object({
  name: Type.String(),
  verdict: oneOf(["open", "passed", "failed", "notJudged"]),
  detail: Type.String({ description: "when and why" }),
});
const BrokenThing = Type.Object({ kind: Type.String(), words: Type.String(), element: Type.Integer() });
export const WorldSchema = Type.Object({
  scenario: Type.String(),
  /** How long it has run, and how long it is; 0: it has no end. */
  scenarioTime_s: Type.Number(),
  scenarioDuration_s: Type.Number(),
  expectations: Type.Array(Expected),
  speed: Type.Number(),
  reachedSpeed: Type.Number({ description: "virtual seconds per second, as reached lately" }),
  load: Load,
  loads: Type.Array(Load),
  charger: Type.Object({ plugged: Type.Boolean(), voltage_V: Type.Number(), current_A: Type.Number() }),
  ambient_degC: Type.Number(),
  thermistors: Type.Array(Type.Integer(), { description: "numbers on header X6 of those that are fitted" }),
  broken: Type.Array(BrokenThing),
  truth: Type.Object({ soc: Type.Number(), current_A: Type.Number(), cellSoc: Type.Array(Type.Number()) }),
});

export const BusFrameSchema = Type.Object({
  number: Type.Integer(),
  time_us: Type.Number(),
  bus: oneOf(["can", "modbus"]),
  direction: oneOf(["received", "sent"]),
  id: Type.String({ description: "CAN identifier in hexadecimal, or the Modbus unit" }),
  data: Type.String({ description: "bytes in hexadecimal" }),
  name: Type.String({ description: "what it is" }),
  text: Type.String({ description: "what it says" }),
  remote_bytes: Type.Optional(Type.Integer({ description: "a remote frame: asks for so many bytes and has none" })),
  isHidden: Type.Optional(
    Type.Boolean({ description: "its bytes are not told: they carry a password, or it is no frame" }),
  ),
});

/** As `bms wiring --json` prints it (docs/json.md). */
export const WiringSchema = Type.Object({
  cells: Type.Integer(),
  x8: Type.Array(
    Type.Object({
      pin: Type.Integer(),
      input: Type.String({ description: "C0 to C18" }),
      use: oneOf(["minus", "cell", "spare"]),
      tap: Type.Integer({ description: "plus terminal of this cell; 0: minus of the battery" }),
      order: Type.Integer({ description: "of connection" }),
    }),
  ),
  x6: Type.Array(
    Type.Object({
      thermistor: Type.Integer(),
      signalPin: Type.Integer(),
      groundPin: Type.Integer(),
      cell: Type.Integer({ description: "to fasten it to; a suggestion" }),
    }),
  ),
  x9: Type.Array(Type.Object({ pin: Type.Integer(), name: Type.String(), tap: Type.Integer(), order: Type.Integer() })),
});

export type DeviceTold = Static<typeof DeviceSchema>;
export type WorldTold = Static<typeof WorldSchema>;
export type EventTold = Static<typeof EventSchema>;
export type BusFrame = Static<typeof BusFrameSchema>;
export type ActiveFault = Static<typeof ActiveFault>;
