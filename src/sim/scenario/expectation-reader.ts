// What a scenario demands, read from its file: one record each, with a readable name.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { Condition } from "./conditions.ts";
import { durationText, parseDuration_s } from "./duration.ts";
import { readCondition } from "./scenario-events.ts";
import {
  complain,
  type Fields,
  type Path,
  type Problems,
  readChoice,
  readDuration_s,
  readFields,
  readList,
  readNumber,
  readText,
} from "./schema.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The moment a "within" counts from. */
export type Anchor =
  | { readonly kind: "trip"; readonly fault: FaultName }
  | { readonly kind: "event"; readonly name: string }
  | { readonly kind: "time"; readonly at_s: number };

export type Demand =
  | {
      readonly kind: "trip";
      readonly fault: FaultName;
      readonly element: number;
      readonly after_s: number;
      readonly before_s: number;
      readonly times: number;
    }
  | {
      readonly kind: "noTrip";
      readonly faults: readonly FaultName[];
      readonly from_s: number;
      readonly until_s: number;
    }
  | { readonly kind: "always"; readonly condition: Condition; readonly from_s: number; readonly until_s: number }
  | { readonly kind: "eventually"; readonly condition: Condition; readonly after_s: number; readonly before_s: number }
  | { readonly kind: "at"; readonly at_s: number; readonly condition: Condition }
  | { readonly kind: "atEnd"; readonly condition: Condition }
  | { readonly kind: "within"; readonly limit_s: number; readonly of: Anchor; readonly condition: Condition }
  | { readonly kind: "socError"; readonly rmse: number; readonly max: number; readonly end: number }
  | { readonly kind: "bounded"; readonly share: number };

export type Expectation = { readonly name: string; readonly demand: Demand };

const NEVER_s = Number.POSITIVE_INFINITY;

type DemandReader = {
  readonly keys: readonly string[];
  readonly read: (problems: Problems, fields: Fields, path: Path, names: Vocabulary) => Demand | undefined;
};

const DEMANDS: { readonly [key: string]: DemandReader } = {
  trip: { keys: ["cell", "element", "after", "before", "times"], read: readTrip },
  noTrip: { keys: ["from", "until"], read: readNoTrip },
  noTrips: { keys: ["except", "from", "until"], read: readNoTrips },
  always: { keys: ["from", "until"], read: readAlways },
  eventually: { keys: ["after", "before"], read: readEventually },
  at: { keys: ["condition"], read: readAt },
  atEnd: { keys: [], read: readAtEnd },
  within: { keys: ["condition"], read: readWithin },
  socError: { keys: [], read: readSocError },
  bounded: { keys: [], read: readBounded },
};
const KINDS = Object.keys(DEMANDS);

/** Expectations of a scenario. */
export function readExpectations(
  problems: Problems,
  value: unknown,
  path: Path,
  names: Vocabulary,
): readonly Expectation[] {
  return readList(value).flatMap((item, i) => {
    const expectation = readExpectation(problems, item, [...path, i], names);
    return expectation === undefined ? [] : [expectation];
  });
}

function readExpectation(problems: Problems, value: unknown, path: Path, names: Vocabulary): Expectation | undefined {
  const before = problems.length;
  const given = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const kind = given.find((key) => KINDS.includes(key));
  const reader = kind === undefined ? undefined : DEMANDS[kind];
  const fields = readFields(
    problems,
    value,
    path,
    reader === undefined ? [...KINDS, "name"] : ["name", kind!, ...reader.keys],
  );
  if (reader === undefined)
    return problems.length > before ? undefined : complain(problems, path, `must demand one of ${KINDS.join(", ")}`);
  const demand = reader.read(problems, fields, path, names);
  if (demand === undefined || problems.length > before) return undefined;
  const name = Object.hasOwn(fields, "name")
    ? readText(problems, fields["name"], [...path, "name"])
    : demandText(demand);
  return name === undefined ? undefined : { name, demand };
}

function duration_s(problems: Problems, fields: Fields, key: string, path: Path, usual_s: number): number {
  return Object.hasOwn(fields, key) ? (readDuration_s(problems, fields[key], [...path, key]) ?? usual_s) : usual_s;
}

function readTrip(problems: Problems, fields: Fields, path: Path): Demand | undefined {
  const fault = readChoice(problems, fields["trip"], [...path, "trip"], FAULT_NAMES);
  const key = Object.hasOwn(fields, "cell") ? "cell" : "element";
  const element = Object.hasOwn(fields, key)
    ? readNumber(problems, fields[key], [...path, key], { min: 0, max: 18, integer: true })
    : -1;
  const times = Object.hasOwn(fields, "times")
    ? readNumber(problems, fields["times"], [...path, "times"], { min: 1, integer: true })
    : -1;
  if (fault === undefined || element === undefined || times === undefined) return undefined;
  return {
    kind: "trip",
    fault,
    element,
    times,
    after_s: duration_s(problems, fields, "after", path, 0),
    before_s: duration_s(problems, fields, "before", path, NEVER_s),
  };
}

function faultList(problems: Problems, value: unknown, path: Path): readonly FaultName[] {
  return readList(value)
    .map((name) => readChoice(problems, name, path, FAULT_NAMES))
    .filter((name) => name !== undefined);
}

function readNoTrip(problems: Problems, fields: Fields, path: Path): Demand {
  const faults = faultList(problems, fields["noTrip"], [...path, "noTrip"]);
  return {
    kind: "noTrip",
    faults,
    from_s: duration_s(problems, fields, "from", path, 0),
    until_s: duration_s(problems, fields, "until", path, NEVER_s),
  };
}

/** No error at all, or none but those excepted. Indications do not count. */
function readNoTrips(problems: Problems, fields: Fields, path: Path): Demand | undefined {
  if (fields["noTrips"] !== true) return complain(problems, [...path, "noTrips"], "must be true");
  const except = faultList(problems, fields["except"], [...path, "except"]);
  const faults = FAULT_NAMES.filter((name) => FAULT_ROWS[name].level === "error" && !except.includes(name));
  return {
    kind: "noTrip",
    faults,
    from_s: duration_s(problems, fields, "from", path, 0),
    until_s: duration_s(problems, fields, "until", path, NEVER_s),
  };
}

function readAlways(problems: Problems, fields: Fields, path: Path, names: Vocabulary): Demand | undefined {
  const condition = readCondition(problems, fields["always"], [...path, "always"], names);
  if (condition === undefined) return undefined;
  return {
    kind: "always",
    condition,
    from_s: duration_s(problems, fields, "from", path, 0),
    until_s: duration_s(problems, fields, "until", path, NEVER_s),
  };
}

function readEventually(problems: Problems, fields: Fields, path: Path, names: Vocabulary): Demand | undefined {
  const condition = readCondition(problems, fields["eventually"], [...path, "eventually"], names);
  if (condition === undefined) return undefined;
  return {
    kind: "eventually",
    condition,
    after_s: duration_s(problems, fields, "after", path, 0),
    before_s: duration_s(problems, fields, "before", path, NEVER_s),
  };
}

function readAt(problems: Problems, fields: Fields, path: Path, names: Vocabulary): Demand | undefined {
  const at_s = readDuration_s(problems, fields["at"], [...path, "at"]);
  const condition = readCondition(problems, fields["condition"], [...path, "condition"], names);
  return at_s === undefined || condition === undefined ? undefined : { kind: "at", at_s, condition };
}

function readAtEnd(problems: Problems, fields: Fields, path: Path, names: Vocabulary): Demand | undefined {
  const condition = readCondition(problems, fields["atEnd"], [...path, "atEnd"], names);
  return condition === undefined ? undefined : { kind: "atEnd", condition };
}

/** "200 ms of trip overvoltage", "5 s of event NAME", "2 s of 10 min". */
function readWithin(problems: Problems, fields: Fields, path: Path, names: Vocabulary): Demand | undefined {
  const at = [...path, "within"];
  const condition = readCondition(problems, fields["condition"], [...path, "condition"], names);
  const [limit = "", anchor = ""] = String(fields["within"]).split(" of ");
  const limit_s = parseDuration_s(limit);
  const [word = "", ...rest] = anchor.trim().split(" ");
  const name = rest.join(" ");
  if (limit_s === undefined)
    return complain(problems, at, 'must be like "200 ms of trip overvoltage", "5 s of event NAME" or "2 s of 10 min"');
  const of = readAnchor(problems, word, name, anchor, at);
  return of === undefined || condition === undefined ? undefined : { kind: "within", limit_s, of, condition };
}

function readAnchor(problems: Problems, word: string, name: string, anchor: string, at: Path): Anchor | undefined {
  if (word === "event" && name !== "") return { kind: "event", name };
  if (word === "trip") {
    const fault = readChoice(problems, name, at, FAULT_NAMES);
    return fault === undefined ? undefined : { kind: "trip", fault };
  }
  const at_s = parseDuration_s(anchor);
  return at_s === undefined
    ? complain(problems, at, 'counts from "trip NAME", "event NAME" or a time')
    : { kind: "time", at_s };
}

function readSocError(problems: Problems, fields: Fields, path: Path): Demand | undefined {
  const at = [...path, "socError"];
  const limits = readFields(problems, fields["socError"], at, ["rmse", "max", "end"]);
  if (Object.keys(limits).length === 0)
    return complain(problems, at, "must have at least one of rmse, max, end (0 to 1)");
  const limit = (key: string): number =>
    Object.hasOwn(limits, key) ? (readNumber(problems, limits[key], [...at, key], { min: 0, max: 1 }) ?? 1) : NEVER_s;
  return { kind: "socError", rmse: limit("rmse"), max: limit("max"), end: limit("end") };
}

function readBounded(problems: Problems, fields: Fields, path: Path): Demand | undefined {
  const share = readNumber(problems, fields["bounded"], [...path, "bounded"], { min: 0, max: 1 });
  return share === undefined ? undefined : { kind: "bounded", share };
}

const span = (from_s: number, until_s: number): string =>
  `${from_s > 0 ? ` after ${durationText(from_s)}` : ""}${until_s < NEVER_s ? ` before ${durationText(until_s)}` : ""}`;

const percent = (value: number): string => `${Number((value * 100).toFixed(2))} %`;

/** A demand as a sentence, where the file gives no name. */
function demandText(demand: Demand): string {
  switch (demand.kind) {
    case "trip":
      return `trips: ${FAULT_ROWS[demand.fault].title}${demand.element >= 0 ? ` at ${FAULT_ROWS[demand.fault].elementName ?? "element"} ${demand.element}` : ""}${span(demand.after_s, demand.before_s)}`;
    case "noTrip":
      return demand.faults.length > 3
        ? `nothing trips${span(demand.from_s, demand.until_s)}`
        : `does not trip: ${demand.faults.map((name) => FAULT_ROWS[name].title).join(", ")}${span(demand.from_s, demand.until_s)}`;
    case "always":
      return `always ${demand.condition.text}${span(demand.from_s, demand.until_s)}`;
    case "eventually":
      return `eventually ${demand.condition.text}${span(demand.after_s, demand.before_s)}`;
    case "at":
      return `at ${durationText(demand.at_s)}: ${demand.condition.text}`;
    case "atEnd":
      return `at the end: ${demand.condition.text}`;
    case "within":
      return `within ${durationText(demand.limit_s)} of ${anchorText(demand.of)}: ${demand.condition.text}`;
    case "socError":
      return `SOC error:${demand.rmse < 1 ? ` RMSE below ${percent(demand.rmse)}` : ""}${demand.max < 1 ? ` at most ${percent(demand.max)}` : ""}${demand.end < 1 ? ` at the end ${percent(demand.end)}` : ""}`;
    case "bounded":
      return `true SOC inside the stated bound for ${percent(demand.share)} of the time`;
  }
}

function anchorText(anchor: Anchor): string {
  if (anchor.kind === "trip") return `the trip ${FAULT_ROWS[anchor.fault].title}`;
  return anchor.kind === "event" ? `event ${anchor.name}` : durationText(anchor.at_s);
}
