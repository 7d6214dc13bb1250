// Tables of the accuracy report: capacity over a cell's life, resistance in use, and what the device says of packs.

import type { AgeingResult } from "../../src/cli/score-ageing.ts";
import type { PackResult } from "../../src/cli/score-pack.ts";
import { markdownTable, nameOf } from "./tables.ts";

const percent = (value: number, digits = 1): string =>
  Number.isFinite(value) ? `${(value * 100).toFixed(digits)}` : "–";
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function ageingTables(results: readonly AgeingResult[]): string {
  const all = results.flatMap((result) => result.capacity);
  const capacity = all.filter(({ usable }) => usable > 0);
  const resistance = results.flatMap((result) => result.resistance);
  return [
    "Capacity: a device that was told the rated capacity lives through consecutive records of an aged cell, with a power cut between them, until ten were usable to it. Aim: within 2 %. Like is compared with like: *measured* is what the tester's discharges gave down to its voltage under load (the middle of the records played), *device* is the usable capacity, which ends under load too, with its own bound. Where only charges were recorded, *measured* is what they took up to their voltage under load; they had no tail, and the colder and older the cell and the heavier the current, the more was still missing to full, which the device counts.\n",
    markdownTable(
      [
        "cell",
        "shown of each record",
        "from cycle",
        "records",
        "usable",
        "measured, Ah",
        "device, Ah",
        "±",
        "error, %",
      ],
      capacity.map((row) => [
        nameOf(row.file),
        row.window,
        `${row.cycle}`,
        `${row.records}`,
        `${row.usable}`,
        row.measured_Ah.toFixed(3),
        row.estimated_Ah.toFixed(3),
        row.bound_Ah.toFixed(3),
        percent(row.estimated_Ah / row.measured_Ah - 1),
      ]),
    ),
    `\n${sharesOf(capacity)} Of ${all.length} beginnings, ${all.length - capacity.length} gave the device nothing: shown only the middle or the top of each record, which begins under load and without a rest, it found no pair of readings sure and far enough apart, and said so.\n`,
    "\nResistance in use, 0.1 s and 10 s after a step, against pulse tests of the same cell at the same temperature and charge. Aim: within 10 % at 10 to 40 °C.\n",
    markdownTable(
      ["recording", "°C", "places", "0.1 s: mean error, %", "mean size", "10 s: mean error, %", "mean size"],
      resistanceRows(resistance),
    ),
  ].join("\n");
}

/** How many are within the aim, and how many inside the bound that the device states. */
function sharesOf(rows: AgeingResult["capacity"]): string {
  const off = rows.map(({ measured_Ah, estimated_Ah }) => Math.abs(estimated_Ah - measured_Ah));
  const near = off.filter((off_Ah, i) => off_Ah <= 0.02 * rows[i]!.measured_Ah).length;
  const inside = off.filter((off_Ah, i) => off_Ah <= rows[i]!.bound_Ah).length;
  return `Within 2 %: ${near} of ${rows.length}. Inside the stated bound: ${inside} of ${rows.length}.`;
}

function resistanceRows(rows: AgeingResult["resistance"]): readonly (readonly string[])[] {
  const files = [...new Set(rows.map(({ file }) => file))];
  return files.map((file) => {
    const here = rows.filter((row) => row.file === file);
    const early = here.map((row) => row.early_Ohm / row.measuredEarly_Ohm - 1);
    const late = here.map((row) => row.late_Ohm / row.measuredLate_Ohm - 1);
    return [
      nameOf(file),
      mean(here.map(({ degC }) => degC)).toFixed(0),
      `${here.length}`,
      percent(mean(early)),
      percent(mean(early.map(Math.abs))),
      percent(mean(late)),
      percent(mean(late.map(Math.abs))),
    ];
  });
}

export function packTables(results: readonly PackResult[]): string {
  return markdownTable(
    [
      "log",
      "cells",
      "ends first by the log",
      "device names",
      "apart for long by the log",
      "device's verdicts",
      "impossible values",
      "trips",
    ],
    results.map(({ file, cells, ending, devices, outliers, flagged, impossible }) => [
      nameOf(file),
      `${cells}`,
      ending.slice(0, 2).join(", "),
      devices.length === 1 ? `${devices[0]!.weakest}, ${devices[0]!.second}` : "–",
      outliers.map(({ cell, apart_V }) => `${cell} (${(apart_V * 1000).toFixed(0)} mV)`).join(", ") || "none",
      flagged.map(({ cell, verdict }) => `${cell}: ${verdict}`).join(", ") || "none",
      `${impossible}`,
      `${devices.reduce((sum, { trips }) => sum + trips.length, 0)}`,
    ]),
  );
}
