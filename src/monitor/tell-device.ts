// The device in words, for a monitor: what is wrong since when and what clears it, contactors, limits and what limits them.

import { crc32 } from "../base/crc.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Bms } from "../core/bms.ts";
import { explain, openedWords, quantity, tripSaid } from "../core/protect/explanation.ts";
import { planProtect, type Rule } from "../core/protect/plan.ts";
import { sayFault } from "../model/fault-sentences.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { FaultRow } from "../model/rows.ts";
import { type Said, speak } from "../model/said.ts";
import type { Settings } from "../model/settings.ts";
import { readStatus } from "../virtual/status.ts";
import type { DeskHost } from "./desk-host.ts";
import type { ActiveFault, DeviceTold } from "./told.ts";

/** What follows from the settings alone; made anew when they change. */
type FromSettings = { readonly settings: Settings; readonly key: string; readonly rules: ReadonlyMap<FaultName, Rule> };
export type Teller = { readonly host: DeskHost; from: FromSettings | undefined };

export const createTeller = (host: DeskHost): Teller => ({ host, from: undefined });

/** Which settings are in force, as a word that differs with any of them. */
export const settingsKey = (teller: Teller): string => fromSettings(teller).key;

export function tellDevice(teller: Teller): DeviceTold {
  const { host } = teller;
  const { bms, run } = host.device;
  const { battery, user } = bms.settings;
  const status = readStatus(bms);
  const faults = FAULT_NAMES.filter((name) => bms.protect.active[name] === 1).map((name) =>
    tellFault(teller, bms, name),
  );
  return {
    model: host.model,
    program: host.program,
    serialNumber: user.serialNumber,
    setup: host.setup,
    isSimulated: true,
    isAwake: run.awake === 1,
    mode: run.awake === 1 ? status.mode : "standby",
    cells: battery.cells,
    chemistry: battery.chemistry,
    capacity_Ah: battery.capacity_Ah,
    settingsKey: settingsKey(teller),
    started_us: host.base_us(),
    errors: faults.filter(({ level }) => level === "error"),
    indications: faults.filter(({ level }) => level === "indication"),
    contactors: [...status.contactorDetails],
    limits: status.limits,
  };
}

function fromSettings(teller: Teller): FromSettings {
  const { settings } = teller.host.device.bms;
  if (teller.from?.settings === settings) return teller.from;
  const rules = new Map(planProtect(settings).rules.map((rule) => [rule.name, rule]));
  teller.from = {
    settings,
    key: keyOf(settings),
    rules,
  };
  return teller.from;
}

/** A word that differs with any setting. */
export const keyOf = (settings: Settings): string =>
  crc32(encodeUtf8(JSON.stringify(settings)))
    .toString(16)
    .padStart(8, "0");

function tellFault(teller: Teller, bms: Bms, name: FaultName): ActiveFault {
  const row: FaultRow = FAULT_ROWS[name];
  const state = bms.protect.faults[name];
  const rule = fromSettings(teller).rules.get(name);
  const opened = openedWords(state.opened);
  return {
    ...{ name, title: row.title, level: row.level },
    ...{ sentence: explain(name, state), said: tripSaid(name, state) },
    since_us: teller.host.base_us() + state.tripped_us,
    ...{ element: state.element, value: state.value, limit: state.limit },
    isLocked: rule?.lock === true,
    opened: state.opened === 0 ? [] : opened.replace(/^opened /, "").split(" and "),
    ...(rule === undefined ? { clears: "" } : clearing(row, rule)),
    help: row.help,
  };
}

/** What has to be for how long for the fault to clear, and by whom: in words, and as its template. */
export function clearing(row: FaultRow, rule: Rule): { readonly clears: string; readonly clearsSaid: Said } {
  const clearsSaid = sayFault(rule.lock ? "clearsLocked" : "clears", {
    back: backSaid(row, rule),
    time: `${(rule.clear_us / 1e6).toFixed(2)} s`,
  });
  return { clears: speak(clearsSaid), clearsSaid };
}

function backSaid(row: FaultRow, rule: Rule): Said {
  if (row.limit === undefined || row.unit === "none") return sayFault("gone");
  return sayFault(row.when === "below" ? "over" : "under", { limit: quantity(rule.sign * rule.tolerant, row.unit) });
}
