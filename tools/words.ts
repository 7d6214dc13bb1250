// Every place of the tables that a language of the pages can have a word for, with the English one: for those who write a language, and for
// tests. Usage: node tools/words.ts

import { listScenarios } from "../src/device/shipped-scenarios.ts";
import { FAULT_SENTENCES } from "../src/model/fault-sentences.ts";
import { HEADERS } from "../src/model/headers.ts";
import { INPUT_SIGNALS } from "../src/model/input-signals.ts";
import { PIN_USE_WORDS } from "../src/model/pin-uses.ts";
import { createSettings, SETTING_BY_NAME } from "../src/model/settings.ts";
import { SIGNAL_NAMES } from "../src/model/signals.ts";
import { CONTACTORS } from "../src/monitor/wiring-findings.ts";
import { benchLoads } from "../src/virtual/bench.ts";
import { titleIn } from "../src/web/settings/words.ts";
import { commandRows } from "../src/web/tables/commands.ts";
import { faultRows } from "../src/web/tables/faults.ts";
import { headerRows } from "../src/web/tables/headers.ts";
import { settingList } from "../src/web/tables/settings.ts";
import { signalRows } from "../src/web/tables/signals.ts";
import { worldFaultRows } from "../src/web/tables/world-faults.ts";
import type { Say } from "../src/web/texts/language.ts";

/** Every place of the tables with its English word. */
export function allWords(): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  const note: Say = (place, english) => {
    words.set(place, english);
    return english;
  };
  for (const read of [faultRows, signalRows, settingList, commandRows, headerRows, worldFaultRows]) read(note);
  const tables = { pinUses: PIN_USE_WORDS, faultSentences: FAULT_SENTENCES };
  for (const [table, rows] of Object.entries(tables))
    for (const [row, english] of Object.entries(rows)) note(`${table}.${row}`, english);
  for (const [header, { pins }] of Object.entries(HEADERS))
    for (const { pin, help } of pins) note(`headers.${header}.${pin}.help`, help);
  for (const [name, { title }] of Object.entries(INPUT_SIGNALS)) note(`inputSignals.${name}.title`, title);
  for (const { subject } of CONTACTORS) note(`findings.${subject}`, subject);
  for (const { name } of benchLoads(createSettings())) note(`loads.${name}`, name);
  for (const { name, description } of listScenarios()) note(`scenarios.${name}.description`, description);
  note("words.and", " and ");
  for (const name of [...SETTING_BY_NAME.keys(), ...SIGNAL_NAMES]) titleIn(note, name);
  return words;
}

if (import.meta.main)
  for (const [place, english] of allWords())
    process.stdout.write(`${JSON.stringify(place)}: ${JSON.stringify(english)},\n`);
