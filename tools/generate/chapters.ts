// The reference chapters that follow from the tables alone: settings, signals, errors, inputs and commands, chemistries.

import { stepOf } from "../../src/log/resolution.ts";
import { CHEMISTRIES } from "../../src/model/chemistries.ts";
import type { Chemistry } from "../../src/model/chemistry.ts";
import { COMMANDS } from "../../src/model/commands.ts";
import { FAULT_NAMES, FAULT_ROWS } from "../../src/model/faults.ts";
import { INPUT_SIGNALS } from "../../src/model/input-signals.ts";
import { INTERNAL_SIGNALS } from "../../src/model/internal-signals.ts";
import type { CommandRow, FaultRow, SettingRow, SignalRow } from "../../src/model/rows.ts";
import { SETTING_LIST } from "../../src/model/settings.ts";
import { BELIEFS, decidingFlags } from "../../src/model/signal-image.ts";
import { SIGNALS } from "../../src/model/signals.ts";
import { chapter, groupBy, table } from "./markdown.ts";

const SOURCES = "Source S: the vendor shows it for this device. F: for a sibling of it. O: our own.";
const unitWord = (unit: string): string => (unit === "none" ? "" : unit);

function rangeOf(row: SettingRow): string {
  switch (row.kind) {
    case "number":
    case "integer":
      return `${row.min} … ${row.max} ${unitWord(row.unit)}`;
    case "flag":
      return "true, false";
    case "choice":
      return row.choices.join(", ");
    case "text":
      return `up to ${row.maxLength} characters`;
    case "curve":
      return `curve over ${row.xUnit}: ${row.min} … ${row.max} ${row.unit}`;
    case "grid":
      return `table over ${row.xUnit} and ${row.yUnit}: ${row.min} … ${row.max} ${row.unit}`;
  }
}

const defaultOf = (row: SettingRow): string => (typeof row.default === "object" ? "see preset" : String(row.default));

export function settingsChapter(): string {
  const sections = groupBy(SETTING_LIST, ({ group }) => group.menu).map(
    ([menu, entries]) =>
      [
        menu,
        table(
          ["Setting", "Range", "Default", "Source", "Meaning"],
          entries.map(({ name, row }) => [`\`${name}\``, rangeOf(row), defaultOf(row), row.source ?? "O", row.help]),
        ),
      ] as const,
  );
  const intro = `${SETTING_LIST.length} settings. Defaults are those of 16 LFP cells of 100 Ah; choosing a chemistry fills every row whose help says "Preset". A set of changes is checked whole and applies whole or not at all. ${SOURCES}`;
  return chapter("Settings", intro, sections);
}

export function signalsChapter(): string {
  const entries = Object.entries(SIGNALS) as [string, SignalRow][];
  const sections = groupBy(entries, ([, row]) => row.group).map(
    ([group, rows]) =>
      [
        group,
        table(
          ["Signal", "Unit", "Type", "Believed while", "Logged to", "Meaning"],
          rows.map(([name, row]) => [
            `\`${name}\``,
            ...[unitWord(row.unit), typeOf(row), vouchersOf(name), loggedTo(row), row.help],
          ]),
        ),
      ] as const,
  );
  return chapter(
    "Signals",
    `${entries.length} signals leave the device after each tick. Charging current is positive; fractions are 0 to 1. A value is believed while every flag named under "Believed while" is set, and is nothing on the buses, in the API and on the pages while one is not; a value without a flag is always told. "Logged to" is the step to which the [log](log-format.md) rounds; where there is none the log keeps the number exactly.`,
    sections,
  );
}

/** A flag of its own for each element decides alone. */
const vouchersOf = (name: string): string =>
  decidingFlags(BELIEFS.get(name)!)
    .map((flag) => `\`${flag}\``)
    .join(", ");

function typeOf(row: SignalRow): string {
  const kind =
    row.codes === undefined
      ? wordOfNumber(row)
      : `code: ${row.codes.map((word, code) => `${code} ${word}`).join(", ")}`;
  return row.per === undefined ? kind : `${kind}, one per ${row.per}`;
}

const wordOfNumber = ({ type, counts }: SignalRow): string =>
  counts === undefined ? type : `${type}: index of a ${counts}`;

const loggedTo = (row: SignalRow): string => (stepOf(row) === 0 ? "" : String(stepOf(row)));

function limitOf(row: FaultRow): string {
  if (row.limit === undefined) return "–";
  return `${row.when} ${row.limit.default} ${unitWord(row.unit ?? "none")}, back at ${row.tolerant ?? row.limit.default}`;
}

export function faultsChapter(): string {
  const rows = FAULT_NAMES.map((name) => [name, FAULT_ROWS[name]] as const);
  const body = (level: FaultRow["level"]) =>
    table(
      ["Name", "Title", "Limit", "Set after", "Clear after", "Lock", "Critical", "Opens", "Source", "Why"],
      rows
        .filter(([, row]) => row.level === level)
        .map(([name, row]) => [
          `\`${name}\``,
          row.title + (row.vendor?.abbreviation === undefined ? "" : ` (${row.vendor.abbreviation})`),
          limitOf(row),
          `${row.setDelay_ms} ms`,
          `${row.clearDelay_s} s`,
          row.lock ? "yes" : "",
          row.critical ? "yes" : "",
          row.opens.join(", "),
          row.source + (row.enable ? "" : ", off by default"),
          row.help,
        ]),
    );
  const intro = `An error is set when its value is beyond the limit for the whole set delay, and cleared when it is back beyond the tolerant value for the whole clear delay. A locked error stays until it is acknowledged or the device restarts. A critical error opens all contactors at once. Every column can be set (\`protections.…\`). ${SOURCES}`;
  return chapter("Errors and indications", intro, [
    ["Errors", body("error")],
    ["Indications", body("indication")],
  ]);
}

export function inputsChapter(): string {
  const inputs = table(
    ["Signal", "Number", "Abbreviation", "By", "Source", "Meaning"],
    Object.entries(INPUT_SIGNALS).map(([name, row]) => [
      `\`${name}\``,
      String(row.number),
      row.abbreviation,
      row.by,
      row.source,
      row.help,
    ]),
  );
  const outputs = table(
    ["Signal", "Bit", "Source", "Meaning"],
    Object.entries(INTERNAL_SIGNALS).map(([name, row]) => [`\`${name}\``, String(row.bit), row.source, row.help]),
  );
  const commands = table(
    ["Command", "Role", "Meaning"],
    (Object.entries(COMMANDS) as [string, CommandRow][]).map(([name, row]) => [`\`${name}\``, row.role, row.help]),
  );
  return chapter("Inputs, outputs and commands", `What can be wired or asked. ${SOURCES}`, [
    ["Input signals", inputs],
    ["Internal signals", outputs],
    ["Commands", commands],
  ]);
}

export function chemistriesChapter(): string {
  const sections = (Object.entries(CHEMISTRIES) as [string, Chemistry][]).map(([name, c]) => {
    const l = c.limits;
    const t = c.temperatures;
    const rows = [
      ["Nominal voltage", `${c.nominal_V} V`],
      ["Undervoltage, tolerant", `${l.undervoltage_V} V, ${l.undervoltageTolerant_V} V`],
      ["Overvoltage, tolerant", `${l.overvoltage_V} V, ${l.overvoltageTolerant_V} V`],
      ["Charging voltage, too high", `${l.chargeVoltage_V} V, ${l.voltageTooHigh_V} V`],
      ["Balancing from, forced", `${l.balancingStart_V} V, ${l.balancingForced_V} V`],
      ["Charge temperatures", `${t.chargeMin_degC} … ${t.chargeMax_degC} °C`],
      ["Discharge temperatures", `${t.dischargeMin_degC} … ${t.dischargeMax_degC} °C`],
      ["Charge, discharge rate", `${c.rates.charge} C, ${c.rates.discharge} C`],
      ["Resistance times capacity", `${c.resistance_OhmAh} Ohm·Ah`],
    ];
    return [`${name}: ${c.title}`, `${c.source}\n\n${table(["", "per cell"], rows)}`] as const;
  });
  return chapter("Chemistries", "Starting points. The cell maker's sheet decides.", sections);
}
