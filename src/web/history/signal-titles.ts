// Signals in words: a title from the tables where they have one, else from the name; elements are counted from 1.

import type { Unit } from "../../model/rows.ts";
import { faultOfSignal } from "../../model/signals.ts";
import { symbolOf } from "../parts/format.ts";
import { titleOf } from "../settings/words.ts";
import { FAULT_ROWS } from "../tables/faults.ts";
import { SIGNALS } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";

const T = texts.history;

/** "cells_V[3]" is "Cell 4", "chargeLimit_A" is "Charge limit", "fault.overvoltage" is "Cell overvoltage". */
export function signalTitle(name: string): string {
  const [, bare = name, place] = /^(.*?)(?:\[(\d+)\])?$/.exec(name) ?? [];
  const title = T.titles[bare as keyof typeof T.titles] ?? tableTitle(bare) ?? titleOf(bare);
  return place === undefined ? title : `${title.replace(/(?<!s)s$/, "")} ${Number(place) + 1}`;
}

function tableTitle(name: string): string | undefined {
  const { fault, isCount } = faultOfSignal(name);
  if (fault !== undefined) return isCount ? T.trips(FAULT_ROWS[fault].title) : FAULT_ROWS[fault].title;
  return name.startsWith("signal.") ? SIGNALS[name]?.vendor : undefined;
}

/** What stands over a plot: "Voltage, V". */
export function unitTitle(unit: Unit): string {
  const quantity = T.quantities[unit as keyof typeof T.quantities] ?? T.otherQuantity;
  return symbolOf(unit) === "" ? quantity : `${quantity}, ${symbolOf(unit)}`;
}
