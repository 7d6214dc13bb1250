// What happens in a scenario: at a time, when a condition becomes true, or again and again. An event does one or more
// things: break or repair, load, charger, weather, inputs, button, requests to the device, its supply, the tick.

import type { Request } from "../../core/requests.ts";
import { COMMANDS, type CommandName } from "../../model/commands.ts";
import { FAULT_NAMES } from "../../model/faults.ts";
import { INPUT_SIGNAL_NAMES } from "../../model/input-signals.ts";
import type { SettingValue } from "../../model/settings.ts";
import {
  FAULT_CATALOGUE,
  readFault,
  type WorldFault,
  type WorldFaultKind,
  type WorldFaultRequest,
} from "../fault-catalogue.ts";
import type { ChargerConfig } from "../plant/charger.ts";
import type { LoadConfig } from "../plant/load.ts";
import { type Condition, parseCondition } from "./conditions.ts";
import { suggestion } from "./nearest.ts";
import { readCharger, readLoad } from "./scenario-world.ts";
import {
  complain,
  type Fields,
  isFields,
  type Path,
  type Problems,
  readChoice,
  readDuration_s,
  readFields,
  readFlag,
  readList,
  readNumber,
  readText,
} from "./schema.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type Action =
  | { readonly kind: "fault"; readonly fault: WorldFault }
  | { readonly kind: "clear"; readonly fault: WorldFaultKind; readonly element: number }
  | { readonly kind: "load"; readonly load: LoadConfig }
  | { readonly kind: "charger"; readonly charger: ChargerConfig }
  | { readonly kind: "ambient"; readonly ambient_degC: number }
  | { readonly kind: "input"; readonly number: number; readonly closed: boolean }
  | { readonly kind: "button"; readonly duration_us: number }
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "supply"; readonly on: boolean }
  | { readonly kind: "tick"; readonly tick_us: number };

export type ScenarioEvent = {
  readonly name: string;
  /** Seconds since the start; -1: waits for its condition. */
  readonly at_s: number;
  /** Repeated with this period; 0: once. */
  readonly every_s: number;
  readonly when: Condition | undefined;
  readonly actions: readonly Action[];
};

const EVENT_KEYS = ["name", "at", "when", "every", "do"] as const;

/** Events of a scenario; each needs `at` or `when`, and `do`. */
export function readEvents(
  problems: Problems,
  value: unknown,
  path: Path,
  names: Vocabulary,
): readonly ScenarioEvent[] {
  return readList(value).map((item, i) => readEvent(problems, item, [...path, i], names));
}

function readEvent(problems: Problems, value: unknown, path: Path, names: Vocabulary): ScenarioEvent {
  const fields = readFields(problems, value, path, EVENT_KEYS);
  const timed = Object.hasOwn(fields, "at");
  const conditional = Object.hasOwn(fields, "when");
  if (timed === conditional) complain(problems, path, 'must have either "at" (a time) or "when" (a condition)');
  const actions = readList(fields["do"]).flatMap((item, i) =>
    readActions(problems, item, Array.isArray(fields["do"]) ? [...path, "do", i] : [...path, "do"]),
  );
  if (actions.length === 0)
    complain(problems, path, `must do something (do: one or more of ${ACTION_NAMES.join(", ")})`);
  const at_s = timed ? (readDuration_s(problems, fields["at"], [...path, "at"]) ?? 0) : -1;
  const when = conditional ? readCondition(problems, fields["when"], [...path, "when"], names) : undefined;
  const every_s = Object.hasOwn(fields, "every")
    ? (readDuration_s(problems, fields["every"], [...path, "every"]) ?? 0)
    : 0;
  const name = Object.hasOwn(fields, "name")
    ? (readText(problems, fields["name"], [...path, "name"]) ?? "")
    : actions.map(actionText).join(", ");
  return { name, at_s, every_s, when, actions };
}

/** A condition, or a complaint with what is wrong in it. */
export function readCondition(
  problems: Problems,
  value: unknown,
  path: Path,
  names: Vocabulary,
): Condition | undefined {
  const text = readText(problems, value, path);
  if (text === undefined) return undefined;
  const parsed = parseCondition(text, names);
  return parsed.ok ? parsed.condition : complain(problems, path, parsed.problem);
}

type ActionReader = (problems: Problems, value: unknown, path: Path) => Action | undefined;

const ACTIONS: { readonly [name: string]: ActionReader } = {
  fault: readFaultAction,
  clear: readClear,
  load: (problems, value, path) => ({ kind: "load", load: readLoad(problems, value, path) }),
  charger: (problems, value, path) => ({ kind: "charger", charger: readCharger(problems, value, path) }),
  ambient: (problems, value, path) => {
    const ambient_degC = readNumber(problems, value, path, { min: -60, max: 120 });
    return ambient_degC === undefined ? undefined : { kind: "ambient", ambient_degC };
  },
  input: readInput,
  button: (problems, value, path) => {
    const duration_s = readDuration_s(problems, value, path);
    return duration_s === undefined ? undefined : { kind: "button", duration_us: Math.round(duration_s * 1e6) };
  },
  supply: (problems, value, path) => {
    const word = readChoice(problems, value === true ? "on" : value === false ? "off" : value, path, ["on", "off"]);
    return word === undefined ? undefined : { kind: "supply", on: word === "on" };
  },
  tick_ms: (problems, value, path) => {
    const tick_ms = readNumber(problems, value, path, { min: 1, max: 1000, integer: true });
    return tick_ms === undefined ? undefined : { kind: "tick", tick_us: tick_ms * 1000 };
  },
  set: (problems, value, path) => {
    if (!isFields(value)) return complain(problems, path, "must be a record of settings by dotted name");
    return { kind: "request", request: { kind: "set", changes: value as Record<string, SettingValue> } };
  },
  override: readOverride,
  acknowledge: readAcknowledge,
  command: readCommand,
  partner: (problems, value, path) => {
    const online = readFlag(problems, value, path);
    return online === undefined ? undefined : { kind: "request", request: { kind: "partner", online } };
  },
};
const ACTION_NAMES = Object.keys(ACTIONS);

function readActions(problems: Problems, value: unknown, path: Path): readonly Action[] {
  const fields = readFields(problems, value, path, ACTION_NAMES);
  return Object.entries(fields).flatMap(([name, inner]) => {
    const action = ACTIONS[name]?.(problems, inner, [...path, name]);
    return action === undefined ? [] : [action];
  });
}

/** "hallFrozen" or {kind: cellLeak, cell: 3, resistance_Ohm: 1}. */
function readFaultAction(problems: Problems, value: unknown, path: Path): Action | undefined {
  const request = typeof value === "string" ? { kind: value } : value;
  if (!isFields(request) || typeof request["kind"] !== "string")
    return complain(problems, path, "must be the name of a fault, or a record with its kind and parameters");
  const fault = readFault(request as WorldFaultRequest);
  if (!("problem" in fault)) return { kind: "fault", fault };
  const known = Object.hasOwn(FAULT_CATALOGUE, request["kind"])
    ? ""
    : suggestion(request["kind"], Object.keys(FAULT_CATALOGUE));
  return complain(problems, path, `${fault.problem}${known}`);
}

function readClear(problems: Problems, value: unknown, path: Path): Action | undefined {
  const fields: Fields = isFields(value) ? readFields(problems, value, path, ["kind", "element"]) : { kind: value };
  const kinds = Object.keys(FAULT_CATALOGUE) as WorldFaultKind[];
  const fault = readChoice(problems, fields["kind"], isFields(value) ? [...path, "kind"] : path, kinds);
  const element = Object.hasOwn(fields, "element")
    ? readNumber(problems, fields["element"], [...path, "element"], { min: 0, max: 18, integer: true })
    : -1;
  return fault === undefined || element === undefined ? undefined : { kind: "clear", fault, element };
}

function readInput(problems: Problems, value: unknown, path: Path): Action | undefined {
  const fields = readFields(problems, value, path, ["number", "closed"]);
  const number = readNumber(problems, fields["number"], [...path, "number"], { min: 1, max: 4, integer: true });
  const closed = readFlag(problems, fields["closed"], [...path, "closed"]);
  return number === undefined || closed === undefined ? undefined : { kind: "input", number, closed };
}

function readOverride(problems: Problems, value: unknown, path: Path): Action | undefined {
  const fields = readFields(problems, value, path, ["signal", "value"]);
  const signal = readChoice(problems, fields["signal"], [...path, "signal"], INPUT_SIGNAL_NAMES);
  const number = readNumber(problems, fields["value"], [...path, "value"], { min: 0, max: 65_535, integer: true });
  return signal === undefined || number === undefined
    ? undefined
    : { kind: "request", request: { kind: "override", signal, value: number } };
}

function readAcknowledge(problems: Problems, value: unknown, path: Path): Action | undefined {
  if (value === "all") return { kind: "request", request: { kind: "acknowledge", faults: "all" } };
  const faults = readList(value).map((name) => readChoice(problems, name, path, FAULT_NAMES));
  return { kind: "request", request: { kind: "acknowledge", faults: faults.filter((name) => name !== undefined) } };
}

function readCommand(problems: Problems, value: unknown, path: Path): Action | undefined {
  const fields: Fields = isFields(value) ? readFields(problems, value, path, ["name", "cell"]) : { name: value };
  const command = readChoice(problems, fields["name"], path, Object.keys(COMMANDS) as CommandName[]);
  const argument = Object.hasOwn(fields, "cell")
    ? readNumber(problems, fields["cell"], [...path, "cell"], { min: 1, max: 18, integer: true })
    : undefined;
  if (command === undefined) return undefined;
  return {
    kind: "request",
    request: argument === undefined ? { kind: "command", command } : { kind: "command", command, argument },
  };
}

/** An action in few words, for reports and plots. */
export function actionText(action: Action): string {
  switch (action.kind) {
    case "fault":
      return FAULT_CATALOGUE[action.fault.kind].title;
    case "clear":
      return `repaired: ${FAULT_CATALOGUE[action.fault].title}`;
    case "load":
      return action.load.kind === "none" ? "load off" : `load: ${action.load.kind}`;
    case "charger":
      return action.charger.plugged
        ? `charger ${action.charger.voltage_V} V ${action.charger.current_A} A`
        : "charger unplugged";
    case "ambient":
      return `ambient ${action.ambient_degC} °C`;
    case "input":
      return `input ${action.number} ${action.closed ? "closed" : "open"}`;
    case "button":
      return "button";
    case "request":
      return requestText(action.request);
    case "supply":
      return action.on ? "supply on" : "supply off";
    case "tick":
      return "";
  }
}

function requestText(request: Request): string {
  switch (request.kind) {
    case "set":
      return `settings: ${Object.keys(request.changes).join(", ")}`;
    case "override":
      return `${request.signal} ${request.value === 0 ? "off" : request.value === 1 ? "on" : "physical"}`;
    case "command":
      return `command ${request.command}`;
    default:
      return request.kind;
  }
}
