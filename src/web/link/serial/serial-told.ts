// A device at a serial port in words, as far as its objects say: errors that are set with value and limit of now, contactors, limits.
// When an error came and what it opened, the objects do not say.

import { happened } from "../../../core/protect/explanation.ts";
import { planProtect, type Rule } from "../../../core/protect/plan.ts";
import { sayFault } from "../../../model/fault-sentences.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../../model/faults.ts";
import type { FaultRow } from "../../../model/rows.ts";
import { speak } from "../../../model/said.ts";
import type { Settings } from "../../../model/settings.ts";
import { IMAGE_PLACES } from "../../../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../../../model/signals.ts";
import { clearing, keyOf } from "../../../monitor/tell-device.ts";
import type { ActiveFault, DeviceTold } from "../../../monitor/told.ts";

export type SerialFacts = {
  readonly model: string;
  readonly program: string;
  readonly setup: string;
  readonly isAwake: boolean;
  /** Since when the line is up. */
  readonly started_us: number;
  readonly settings: Settings;
};

/** Since when each error has been seen; what is no longer set is forgotten. */
export type Seen = Map<FaultName, number>;

const NAME_OF: ReadonlyMap<string, string> = new Map(SIGNAL_NAMES.map((name) => [SIGNALS[name]!.from, name]));

/** Of a thermistor: open, shorted. */
const BROKEN: ReadonlySet<number> = new Set([1, 2]);

const at = (image: Float64Array, name: string): number => image[IMAGE_PLACES.get(name)!.at]!;
/** What stands behind a path of the device's state, by its signals; NaN where none of them says. */
function ofPath(image: Float64Array, path: string | undefined): number {
  const name = path === undefined ? undefined : NAME_OF.get(path);
  if (name !== undefined) return at(image, name);
  const states = IMAGE_PLACES.get("thermistorState")!;
  const broken = Array.from(image.subarray(states.at, states.at + states.count)).findIndex((state) =>
    BROKEN.has(state),
  );
  if (path === "measure.thermistorFaultIndex") return broken;
  return path === "measure.thermistorFault" && broken >= 0 ? image[states.at + broken]! : Number.NaN;
}

function wordAt(image: Float64Array, name: string): string {
  const { codes } = SIGNALS[name] as { readonly codes?: readonly string[] };
  return codes?.[at(image, name)] ?? "unknown";
}

/** The device as its numbers have it now. */
export function tellSerial(image: Float64Array, facts: SerialFacts, seen: Seen, now_us: number): DeviceTold {
  const { settings } = facts;
  const { battery, user } = settings;
  const rules = new Map(planProtect(settings).rules.map((rule) => [rule.name, rule]));
  const faults = FAULT_NAMES.filter((name) => isSet(image, seen, name, now_us)).map((name) =>
    tellFault(image, name, rules.get(name)!, seen.get(name)!),
  );
  return {
    ...{ model: facts.model, program: facts.program, setup: facts.setup, isAwake: facts.isAwake },
    ...{ serialNumber: user.serialNumber, isSimulated: false, started_us: facts.started_us },
    mode: facts.isAwake ? wordAt(image, "mode") : "standby",
    ...{ cells: battery.cells, chemistry: battery.chemistry, capacity_Ah: battery.capacity_Ah },
    settingsKey: keyOf(settings),
    errors: faults.filter(({ level }) => level === "error"),
    indications: faults.filter(({ level }) => level === "indication"),
    contactors: contactorsOf(settings).map((name) => ({
      name,
      closed: at(image, `${name}Closed`) === 1,
      phase: wordAt(image, `${name}Contactor`),
      feedback: wordAt(image, `${name}FeedbackFault`),
    })),
    limits: { charge: limitOf(image, "charge"), discharge: limitOf(image, "discharge") },
  };
}

type Contactor = DeviceTold["contactors"][number]["name"];

/** The contactors that the settings know of. */
function contactorsOf({ main, precharge, charge, discharge, common }: Settings): readonly Contactor[] {
  const there: Readonly<Record<Contactor, boolean>> = {
    main: main.enable,
    precharge: precharge.enable,
    charge: !common.enable && charge.enable,
    discharge: !common.enable && discharge.enable,
    common: common.enable,
  };
  return (Object.keys(there) as Contactor[]).filter((name) => there[name]);
}

function limitOf(image: Float64Array, way: "charge" | "discharge"): DeviceTold["limits"]["charge"] {
  const limit_A = at(image, `${way}Limit_A`);
  return { limit_A: Number.isFinite(limit_A) ? limit_A : 0, reason: wordAt(image, `${way}LimitReason`) };
}

function isSet(image: Float64Array, seen: Seen, name: FaultName, now_us: number): boolean {
  const set = at(image, `fault.${name}`) === 1;
  if (!set) seen.delete(name);
  else if (!seen.has(name)) seen.set(name, now_us);
  return set;
}

function tellFault(image: Float64Array, name: FaultName, rule: Rule, since_us: number): ActiveFault {
  const row: FaultRow = FAULT_ROWS[name];
  const value = ofPath(image, rule.rest ? (row.ofRest ?? row.of) : row.of);
  const element = ofPath(image, row.element);
  const limit = row.limit === undefined ? 0 : rule.sign * rule.limit;
  const state = { value, limit, element: Number.isFinite(element) ? element : -1 };
  const isKnown =
    (!/\{(value|code)\}/.test(row.says) || Number.isFinite(value)) &&
    (!row.says.includes("{element}") || Number.isFinite(element));
  const said = isKnown ? sayFault("happened", { happened: happened(name, state) }) : undefined;
  return {
    ...{ name, title: row.title, level: row.level, since_us, help: row.help },
    ...(said === undefined ? { sentence: row.help } : { sentence: speak(said), said }),
    ...{ element: state.element, value: Number.isFinite(value) ? value : 0, limit },
    ...{ isLocked: rule.lock, opened: [], ...clearing(row, rule) },
  };
}
