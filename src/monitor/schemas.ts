// What goes into each operation and what comes back, as JSON Schema. The server judges requests by them and prints them as
// OpenAPI; the page takes only their types, so that no schema is loaded there. Times are microseconds since 1970, fractions 0..1.

import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { COMMANDS, type CommandName } from "../model/commands.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { CELLS_MAX, CELLS_MIN, THERMISTORS_MAX, THERMISTORS_MIN } from "../model/headers.ts";
import { INPUT_SIGNAL_NAMES } from "../model/input-signals.ts";
import type { SettingValue } from "../model/settings.ts";
import { type OperationName, ROLES } from "./operations.ts";
import { BusFrameSchema, DeviceSchema, EventSchema, Load, nullable, oneOf, WiringSchema, WorldSchema } from "./told.ts";
import { CheckSchema, LogSchema } from "./told-logs.ts";

const strict = { additionalProperties: false };

const RoleSchema = oneOf(ROLES);
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._@ -]*$" });
/** 12 characters at least; what a person can type and a program can send. */
const Password = Type.String({ minLength: 12, maxLength: 200 });
const Time = Type.Number({ minimum: 0, maximum: 9e15, description: "microseconds since 1970" });
const FaultNameSchema = oneOf(FAULT_NAMES);

/** Of a curve or a grid. */
const Axis = Type.Array(Type.Number(), { maxItems: 200 });
const SettingValueSchema = Type.Unsafe<SettingValue>(
  Type.Union([
    Type.Number(),
    Type.Boolean(),
    Type.String({ maxLength: 1000 }),
    Type.Object({ x: Axis, y: Axis }, strict),
    Type.Object({ x: Axis, y: Axis, z: Type.Array(Type.Number(), { maxItems: 4000 }) }, strict),
  ]),
);
const Changes = Type.Record(Type.String({ maxLength: 100 }), SettingValueSchema, { maxProperties: 2000 });
const Change = Type.Object({
  name: Type.String(),
  from: nullable(SettingValueSchema),
  to: nullable(SettingValueSchema),
});
const Violation = Type.Object({
  setting: Type.String(),
  kind: oneOf(["unknown", "value", "conflict", "closed"]),
  reason: Type.String(),
});

const Made = Type.Record(Type.String(), SettingValueSchema, {
  description: "what the device was made with other than the shipped values; revisions tell what differs from that",
});
const RevisionNumber = Type.Integer({ minimum: 0, description: "0 is the device as it was made" });
const SeenKey = Type.Optional(
  Type.String({ maxLength: 40, description: "the settings that were looked at; others in force: refused" }),
);

const Stretch = { from_us: Time, to_us: Time };
const Reach = Type.Number({ minimum: 0, maximum: 60e6, description: "and the nearest values outside, so far away" });
const HistorySeries = Type.Object({
  name: Type.String(),
  time_us: Type.Array(Type.Number()),
  min: Type.Array(Type.Number()),
  max: Type.Array(Type.Number()),
});
const Session = Type.Object({
  name: nullable(Type.String()),
  role: nullable(RoleSchema),
  needsOwner: Type.Boolean({ description: "no account yet: make the owner with the code of the terminal" }),
  csrf: Type.String({ description: "to be sent as header x-csrf-token with every change" }),
});
const AccountSchema = Type.Object({
  name: Type.String(),
  role: RoleSchema,
  created_ms: Type.Number(),
  lastLogin_ms: nullable(Type.Number()),
});
const TokenSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: RoleSchema,
  expires_ms: Type.Number(),
  lastUse_ms: nullable(Type.Number()),
  createdBy: Type.String(),
});
const JobSchema = Type.Object({
  id: Type.String(),
  kind: oneOf(["replay", "what-if"]),
  state: oneOf(["waiting", "running", "done", "failed", "cancelled"]),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  reason: Type.Optional(Type.String()),
  violations: Type.Optional(Type.Array(Violation)),
  /** As `bms replay --json` prints it (docs/json.md). */
  result: Type.Optional(Type.Unknown()),
});
const Done = Type.Object({ done: Type.Literal(true) });
const NOTHING = Type.Object({}, strict);

type Shape = { readonly input: TObject; readonly answer: TSchema };

export const SCHEMAS = {
  session: { input: NOTHING, answer: Session },
  logIn: { input: Type.Object({ name: Name, password: Type.String({ maxLength: 200 }) }, strict), answer: Session },
  logOut: { input: NOTHING, answer: Done },
  createOwner: {
    input: Type.Object({ code: Type.String({ maxLength: 40 }), name: Name, password: Password }, strict),
    answer: Session,
  },
  accounts: { input: NOTHING, answer: Type.Object({ accounts: Type.Array(AccountSchema) }) },
  addAccount: {
    input: Type.Object({ name: Name, role: RoleSchema, password: Password }, strict),
    answer: AccountSchema,
  },
  changeAccount: {
    input: Type.Object({ name: Name, role: Type.Optional(RoleSchema), password: Type.Optional(Password) }, strict),
    answer: AccountSchema,
  },
  removeAccount: { input: Type.Object({ name: Name }, strict), answer: Done },
  changePassword: {
    input: Type.Object({ old: Type.String({ maxLength: 200 }), password: Password }, strict),
    answer: Done,
  },
  tokens: { input: NOTHING, answer: Type.Object({ tokens: Type.Array(TokenSchema) }) },
  addToken: {
    input: Type.Object({ name: Name, role: RoleSchema, days: Type.Integer({ minimum: 1, maximum: 3650 }) }, strict),
    answer: Type.Object({ token: TokenSchema, secret: Type.String() }),
  },
  removeToken: { input: Type.Object({ id: Type.String({ maxLength: 40 }) }, strict), answer: Done },
  audit: {
    input: Type.Object(
      {
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        before: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      strict,
    ),
    answer: Type.Object({
      entries: Type.Array(
        Type.Object({
          number: Type.Integer(),
          wall_ms: Type.Number(),
          actor: Type.String(),
          address: Type.String(),
          what: Type.String(),
          outcome: oneOf(["done", "refused", "failed"]),
          text: Type.String(),
        }),
      ),
    }),
  },

  table: {
    input: Type.Object({ table: oneOf(["signals", "settings", "faults", "commands", "events"]) }, strict),
    answer: Type.Object({ rows: Type.Record(Type.String(), Type.Unknown()) }),
  },
  openapi: { input: NOTHING, answer: Type.Record(Type.String(), Type.Unknown()) },

  device: { input: NOTHING, answer: DeviceSchema },
  snapshot: {
    input: NOTHING,
    answer: Type.Object({
      time_us: Type.Number(),
      signals: Type.Record(Type.String(), Type.Union([nullable(Type.Number()), Type.Array(nullable(Type.Number()))])),
    }),
  },
  settings: { input: NOTHING, answer: Type.Object({ settingsKey: Type.String(), values: Changes, made: Made }) },
  checkSettings: {
    input: Type.Object({ changes: Changes }, strict),
    answer: Type.Object({
      violations: Type.Array(Violation),
      /** All that would change, also what a chemistry or sensor type brings along. */
      changes: Type.Array(Change),
      /** Of these only with open contactors. */
      needOpen: Type.Array(Type.String()),
      effects: Type.Array(
        Type.Object({ kind: oneOf(["trips", "clears", "opens", "closes", "limit", "note"]), text: Type.String() }),
      ),
    }),
  },
  applySettings: {
    input: Type.Object(
      {
        changes: Changes,
        settingsKey: SeenKey,
      },
      strict,
    ),
    answer: Type.Object({ settingsKey: Type.String(), changes: Type.Array(Change) }),
  },
  revisions: {
    input: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }, strict),
    answer: Type.Object({
      revisions: Type.Array(
        Type.Object({
          revision: Type.Integer(),
          wall_ms: Type.Number(),
          actor: Type.String(),
          changes: Type.Array(Change),
        }),
      ),
    }),
  },
  revision: {
    input: Type.Object({ revision: RevisionNumber }, strict),
    answer: Type.Object({ values: Changes }),
  },
  rollback: {
    input: Type.Object({ revision: RevisionNumber, settingsKey: SeenKey }, strict),
    answer: Type.Object({ settingsKey: Type.String(), changes: Type.Array(Change) }),
  },
  command: {
    input: Type.Object(
      {
        command: oneOf(Object.keys(COMMANDS) as CommandName[]),
        argument: Type.Optional(Type.Integer({ minimum: 1, maximum: 18 })),
      },
      strict,
    ),
    answer: Done,
  },
  acknowledge: {
    input: Type.Object({ faults: Type.Optional(Type.Array(FaultNameSchema, { maxItems: 200 })) }, strict),
    answer: Done,
  },
  override: {
    input: Type.Object({ signal: oneOf(INPUT_SIGNAL_NAMES), value: Type.Integer({ minimum: 0, maximum: 2 }) }, strict),
    answer: Done,
  },

  journal: {
    input: Type.Object(
      {
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        before: Type.Optional(Type.Integer({ minimum: 1, description: "entries before this number" })),
        severity: Type.Optional(oneOf(["info", "notice", "warning", "error", "critical"])),
        code: Type.Optional(Type.String({ maxLength: 40 })),
      },
      strict,
    ),
    answer: Type.Object({ entries: Type.Array(EventSchema) }),
  },
  explanation: {
    input: Type.Object({ sequence: Type.Integer({ minimum: 1 }) }, strict),
    answer: Type.Object({
      headline: Type.String(),
      paragraphs: Type.Array(Type.Object({ topic: Type.String(), sentences: Type.Array(Type.String()) })),
      /** Of what it is made: played again, or only told by the journal. */
      source: oneOf(["freeze-frame", "recorder", "log", "journal"]),
      trip_us: Type.Number({ description: "log time; 0 where there are no recorded seconds" }),
      began_us: Type.Number({ description: "when the condition began, from which the set delay ran" }),
      fault: nullable(FaultNameSchema),
      contactor: nullable(Type.String()),
      /** The seconds around it: the judged quantity first, where it is a number. */
      series: Type.Array(
        Type.Object({
          role: oneOf(["judged", "minCell", "maxCell", "current", "chargeLimit", "dischargeLimit"]),
          name: Type.String(),
          unit: Type.String(),
          time_us: Type.Array(Type.Number()),
          values: Type.Array(nullable(Type.Number())),
        }),
      ),
      limit: nullable(Type.Number()),
      clearsAt: nullable(Type.Number()),
    }),
  },
  wiring: {
    input: Type.Object(
      {
        cells: Type.Optional(Type.Integer({ minimum: CELLS_MIN, maximum: CELLS_MAX })),
        thermistors: Type.Optional(Type.Integer({ minimum: THERMISTORS_MIN, maximum: THERMISTORS_MAX })),
      },
      strict,
    ),
    answer: WiringSchema,
  },
  record: { input: NOTHING, answer: Type.Object({ record: Type.Record(Type.String(), Type.Unknown()) }) },

  logs: {
    input: Type.Object({ check: Type.Optional(CheckSchema) }, strict),
    answer: Type.Object({ logs: Type.Array(LogSchema) }),
  },
  history: {
    input: Type.Object(
      {
        ...Stretch,
        signals: Type.String({ maxLength: 2000, description: "names, with commas: soc,cells_V[3]" }),
        points: Type.Integer({ minimum: 1, maximum: 5000 }),
        grain: Type.Optional(oneOf(["quick", "fine"])),
        reach_us: Type.Optional(Reach),
      },
      strict,
    ),
    answer: Type.Object({
      series: Type.Array(HistorySeries),
      /** From what: extremes of ten minutes, rows of the log, or every tick, computed again from the flight recorder. */
      detail: oneOf(["extremes", "rows", "ticks"]),
      isFine: Type.Boolean({ description: "asking with grain=fine would show no more" }),
    }),
  },
  events: {
    input: Type.Object({ ...Stretch, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })) }, strict),
    answer: Type.Object({
      events: Type.Array(
        Type.Object({
          ...EventSchema.properties,
          time_us: Type.Number({ description: "log time, as history has it" }),
        }),
      ),
      left: Type.Integer({ description: "so many more there are; the most severe are told" }),
    }),
  },
  startJob: {
    input: Type.Object({ kind: oneOf(["replay", "what-if"]), ...Stretch, changes: Type.Optional(Changes) }, strict),
    answer: JobSchema,
  },
  job: { input: Type.Object({ id: Type.String({ maxLength: 40 }) }, strict), answer: JobSchema },
  cancelJob: { input: Type.Object({ id: Type.String({ maxLength: 40 }) }, strict), answer: JobSchema },

  bus: {
    input: Type.Object(
      { after: Type.Optional(Type.Integer({ minimum: 0, description: "frames after this number" })) },
      strict,
    ),
    answer: Type.Object({ frames: Type.Array(BusFrameSchema), last: Type.Integer() }),
  },

  world: { input: NOTHING, answer: WorldSchema },
  setWorld: {
    input: Type.Object(
      {
        load: Type.Optional(Load),
        charger: Type.Optional(
          Type.Object(
            { plugged: Type.Boolean(), current_A: Type.Optional(Type.Number({ minimum: 0, maximum: 1200 })) },
            strict,
          ),
        ),
        ambient_degC: Type.Optional(Type.Number({ minimum: -40, maximum: 85 })),
        speed: Type.Optional(Type.Number({ minimum: 0.1, maximum: 3600 })),
        button: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
    answer: WorldSchema,
  },
  breakThing: {
    input: Type.Object(
      {
        kind: Type.String({ maxLength: 40 }),
        parameters: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.Number(), { maxProperties: 8 })),
      },
      strict,
    ),
    answer: WorldSchema,
  },
  repair: {
    input: Type.Object(
      {
        kind: Type.Optional(Type.String({ maxLength: 40 })),
        element: Type.Optional(Type.Integer({ minimum: -1, maximum: 18 })),
      },
      strict,
    ),
    answer: WorldSchema,
  },
  scenarios: {
    input: NOTHING,
    answer: Type.Object({
      scenarios: Type.Array(
        Type.Object({ name: Type.String(), description: Type.String(), duration_s: Type.Number() }),
      ),
    }),
  },
  startScenario: { input: Type.Object({ name: Type.String({ maxLength: 64 }) }, strict), answer: Done },
} as const satisfies Readonly<Record<OperationName, Shape>>;

type Schemas = typeof SCHEMAS;
export type Input<Name extends OperationName> = Static<Schemas[Name]["input"]>;
export type AnswerTo<Name extends OperationName> = Static<Schemas[Name]["answer"]>;
