// bms score --pack: what the device says of the cells of a logged pack, against what the log itself shows. A pack of more cells
// than the board has inputs is played to several devices, each with a part of it.

import { basename } from "node:path";
import { endingOrder, lastingOutliers, type Outlier, type PackFound, type PackLog, playPack } from "../score/pack.ts";
import { deviceSettings, type ScoredCell } from "../score/scored-cell.ts";
import { wordsOf } from "../score/signal-reader.ts";
import { hasColumn, type MeasuredTable, numbersOf, readTable } from "./measured-table.ts";
import { unwrapSettings } from "./score-work.ts";
import { UsageError } from "./usage-error.ts";

export type PackResult = {
  readonly file: string;
  readonly cells: number;
  readonly devices: readonly PackFound[];
  /** Cells in the order in which the log's discharge ends them; lasting outliers of the log; those with a verdict. */
  readonly ending: readonly number[];
  readonly outliers: readonly Outlier[];
  readonly flagged: readonly { readonly cell: number; readonly verdict: string }[];
  readonly impossible: number;
  /** Rows that were left out because a cell is missing in them. */
  readonly incomplete: number;
};

export function scorePack(cell: ScoredCell, file: string, capacity_Ah: number | undefined): PackResult {
  const rated_Ah = capacity_Ah ?? cell.capacity_Ah;
  if (rated_Ah === undefined)
    throw new UsageError("a pack's log does not tell the capacity of its cells: say --capacity");
  const table = readTable(file);
  const log = packLog(table);
  const parts = splitPack(log);
  const devices = parts.map(({ part, first }) =>
    playPack(
      part,
      unwrapSettings(deviceSettings(cell, part.recording, part.cells_V.length, rated_Ah, rated_Ah), file),
      first,
    ),
  );
  const codes = wordsOf("cellVerdict");
  const verdicts = devices.flatMap((device) => device.verdicts);
  return {
    file,
    cells: log.cells_V.length,
    devices,
    ending: endingOrder(log),
    outliers: lastingOutliers(log),
    flagged: verdicts.flatMap((code, k) => (code === 0 ? [] : [{ cell: k + 1, verdict: codes[code] ?? `${code}` }])),
    impossible: countImpossible(log),
    incomplete: table.lines.length - log.recording.time_s.length,
  };
}

/** Cells of a lithium pack show 1.5 to 4.8 V; the rest are slips of whoever logged. */
const isPossible = (value_V: number): boolean => value_V >= 1.5 && value_V <= 4.8;

function countImpossible({ cells_V }: PackLog): number {
  let count = 0;
  for (const column of cells_V) for (const value_V of column) if (!isPossible(value_V)) count++;
  return count;
}

function packLog(table: MeasuredTable): PackLog {
  const names = table.names.filter((name) => /^cell\d+_m?v$/.test(name));
  if (names.length < 6)
    throw new UsageError(`${table.file} has ${names.length} columns cellN_v or cellN_mv: at least 6 are needed`);
  const time_s = numbersOf(table, "time_s");
  const current_A = numbersOf(table, "current_a");
  const cells_V = names.map((name) => {
    const scale = name.endsWith("_mv") ? 1000 : 1;
    return numbersOf(table, name).map((value) => value / scale);
  });
  const keep = rowsToKeep(time_s, current_A, cells_V);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(keep, (row) => column[row]!);
  const cells = cells_V.map(pick);
  return {
    cells_V: cells,
    recording: {
      time_s: pick(time_s),
      voltage_V: pick(time_s).map((_, i) => middleCell(cells, i)),
      current_A: pick(current_A),
      temperature_degC: pick(temperatureOf(table)),
      charge_Ah: new Float64Array(0),
      mean_A: new Float64Array(0),
      reference: new Float64Array(0),
    },
  };
}

/** A row in which a cell is missing is no reading of the pack: its frame was broken, and what else it says is not believed. */
function rowsToKeep(
  time_s: Float64Array,
  current_A: Float64Array,
  cells_V: readonly Float64Array[],
): readonly number[] {
  const rows: number[] = [];
  time_s.forEach((at_s, i) => {
    const last = rows.at(-1);
    if (last !== undefined && !(at_s > time_s[last]!)) return;
    if (Number.isFinite(at_s + current_A[i]!) && cells_V.every((column) => Number.isFinite(column[i]!))) rows.push(i);
  });
  return rows;
}

function middleCell(cells_V: readonly Float64Array[], row: number): number {
  const sorted = cells_V.map((column) => column[row]!).sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** The first that the log has; gaps keep the last value. */
function temperatureOf(table: MeasuredTable): Float64Array {
  const name = ["temperature_c", "temp_max_c", "temp1_c"].find((known) => hasColumn(table, known));
  if (name === undefined) return new Float64Array(table.lines.length).fill(25);
  let last = 25;
  return numbersOf(table, name).map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

const MOST_INPUTS = 18;

/** Parts of nearly the same size, each with what the board has inputs for; every cell is in one of them. */
export function splitPack(log: PackLog): readonly { readonly part: PackLog; readonly first: number }[] {
  const count = log.cells_V.length;
  const parts = Math.ceil(count / MOST_INPUTS);
  return Array.from({ length: parts }, (_, i) => {
    const from = Math.floor((i * count) / parts);
    const to = Math.floor(((i + 1) * count) / parts);
    return { part: { ...log, cells_V: log.cells_V.slice(from, to) }, first: from + 1 };
  });
}

export const packJson = (results: readonly PackResult[]): object => ({
  packs: results.map(({ file, cells, devices, ending, outliers, flagged, impossible, incomplete }) => ({
    file,
    cells,
    ...(devices.length === 1 ? { weakest: devices[0]!.weakest, second: devices[0]!.second } : {}),
    ending: ending.slice(0, 3),
    outliers,
    flagged,
    impossible,
    incomplete,
    trips: devices.flatMap(({ trips }) => trips),
  })),
});

export function packText(results: readonly PackResult[]): string {
  return results.flatMap(packLines).join("\n");
}

function packLines({
  file,
  cells,
  devices,
  ending,
  outliers,
  flagged,
  impossible,
  incomplete,
}: PackResult): readonly string[] {
  const only = devices.length === 1 ? devices[0] : undefined;
  const trips = devices.flatMap((device) => device.trips);
  const outlying = outliers.map(({ cell, apart_V }) => `${cell} (${(apart_V * 1000).toFixed(0)} mV)`);
  return [
    `${basename(file)}: ${cells} cells in ${devices.length === 1 ? "one device" : `${devices.length} devices`}`,
    ...(only === undefined
      ? []
      : [
          `  ends the discharge first: ${ending.slice(0, 2).join(", then ")} by the log; the device names ${only.weakest}, then ${only.second}`,
        ]),
    `  apart for long by the log: ${outlying.length === 0 ? "none" : outlying.join(", ")}`,
    `  the device names: ${flagged.length === 0 ? "none" : flagged.map(({ cell, verdict }) => `${cell} (${verdict})`).join(", ")}`,
    ...devices.flatMap(({ verdicts, sentences }) =>
      sentences.filter((_, k) => verdicts[k] !== 0).map((sentence) => `    ${sentence}`),
    ),
    `  impossible values in the log: ${impossible}; broken rows left out: ${incomplete}; trips: ${trips.length === 0 ? "none" : trips.map(({ name, at_s }) => `${name} at ${at_s.toFixed(0)} s`).join(", ")}`,
  ];
}
