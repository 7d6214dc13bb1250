// What would have kept a protection from tripping, in sentences (explain.ts): a charger or load that keeps to its limits,
// cells that are alike, a warning that was heard.

import { quantity } from "../core/protect/explanation.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { FaultRow } from "../model/rows.ts";
import { amperes, capital, elementWords, s } from "./explain-words.ts";
import { lastIndex, type Series } from "./series.ts";
import type { Story } from "./story.ts";
import type { Trip } from "./trips.ts";

/** What the recording shows would have been enough. */
export function preventSentences(story: Story, series: Series, trip: Trip, row: FaultRow): string[] {
  const end = lastIndex(series, trip.at_us);
  return [
    ...(end < 0 || !isPartners(trip.name) ? [] : partnerSentences(story, series, trip, end)),
    ...(end < 0 ? [] : balanceSentence(series, trip, row, end)),
    ...warningSentence(story, trip),
  ];
}

/** What the table says of the protection. Rows that are like another one say so, and that one says it all. */
export function helpOf(name: FaultName): string {
  const { help } = FAULT_ROWS[name];
  const like = name.replace(/^(discharge|precharge|common|main)/, "charge");
  return /^As for the charging/.test(help) && like in FAULT_ROWS ? FAULT_ROWS[like as FaultName].help : help;
}

/** Errors that a charger or a load that keeps to its limits may never cause; a short circuit or a weld knows no limits. */
function isPartners(name: FaultName): boolean {
  const { unit, limit } = FAULT_ROWS[name];
  if (name === "unallowableCharging") return true;
  return name !== "shortCircuit" && limit !== undefined && (unit === "V" || unit === "A" || unit === "degC");
}

/** A charger or load that does not keep to what it was told. */
function partnerSentences(story: Story, series: Series, trip: Trip, end: number): string[] {
  const current_A = series.current_A[end];
  const sentences: string[] = [];
  const last = story.allowed.filter(({ at_us }) => at_us <= trip.at_us).at(-1);
  if (current_A > 1 && series.allowCharging[end] === 0) {
    const since = last === undefined || last.on ? "" : ` since ${s(trip.at_us - last.at_us)} before the trip`;
    sentences.push(
      `Allow charging had been off${since}, yet ${amperes(current_A)} flowed: a charger that obeys it would have stopped.`,
    );
  }
  if (current_A > 1 && current_A > 1.05 * series.chargeLimit_A[end] && series.allowCharging[end] === 1)
    sentences.push(
      `The limit given to the charger was ${series.chargeLimit_A[end].toFixed(1)} A; ${amperes(current_A)} flowed. One that keeps to it would have charged with less.`,
    );
  if (-current_A > 1 && -current_A > 1.05 * series.dischargeLimit_A[end])
    sentences.push(
      `The limit given to the load was ${series.dischargeLimit_A[end].toFixed(1)} A; ${(-current_A).toFixed(1)} A were drawn. One that keeps to it would have taken less.`,
    );
  return sentences;
}

/** Cells that differ: the limit was met by one, and not by their middle. */
function balanceSentence(series: Series, trip: Trip, row: FaultRow, end: number): string[] {
  if (!/^measure\.(min|max)Cell_V$/.test(row.of)) return [];
  const [low, high] = [series.minCell_V[end], series.maxCell_V[end]];
  const middle = (low + high) / 2;
  const isBeyond = row.when === "below" ? middle < trip.limit : middle > trip.limit;
  if (Number.isNaN(middle) || isBeyond || high - low < 0.05) return [];
  return [
    `${capital(elementWords(row, trip.element))} stood ${quantity(high - low, "V")} from the other end of the pack; with cells alike, at ${quantity(middle, "V")}, the limit would not have been reached then.`,
  ];
}

const WARNS: Readonly<Partial<Record<FaultName, FaultName>>> = {
  overvoltage: "voltageTooHigh",
  overcurrentCharge: "highChargingCurrent",
  undervoltage: "lowSoc",
};

function warningSentence(story: Story, trip: Trip): string[] {
  const warns = WARNS[trip.name];
  const warned = story.trips.filter(({ name, at_us }) => name === warns && at_us <= trip.at_us).at(-1);
  if (warned === undefined) return [];
  return [`${FAULT_ROWS[warned.name].title} had warned of it ${s(trip.at_us - warned.at_us)} before the trip.`];
}
