// Size of the log on disk, and how fast a month of it is drawn. Rows, chunks and compression are those of the device.

import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSnapshotReader, takeSnapshot } from "../../src/core/snapshot.ts";
import { compressPlain, decompress } from "../../src/device/log-compression.ts";
import { CHUNK_us } from "../../src/device/log-growing.ts";
import { beginLog, chunkOf, endLog, type UnfinishedLog } from "../../src/log/container.ts";
import { type LogFile, openLog } from "../../src/log/log-file.ts";
import { decimate } from "../../src/log/query.ts";
import { createStateRows, stateMessage } from "../../src/log/state-row.ts";
import type { LogIdentity, LogMessage } from "../../src/log/topics.ts";
import { createSettings, type Settings } from "../../src/model/settings.ts";
import { changeSettings } from "../../src/model/validation.ts";
import { benchLoads, benchWorld } from "../../src/virtual/bench.ts";
import { ask, createDevice, type Device, plainScenario, tickDevice } from "../../src/virtual/device.ts";
import { atMost, type Figure, median } from "./measurement.ts";

const CELLS = 18;
const HOURS = 3;
const DRIVE_HOURS = 1;
const DAY_s = 86_400;
const DAYS = 30;
const ROW_s = 24;
const POINTS = 2000;
const OPENINGS = 7;
/** 2026-03-01T00:00:00Z. */
const BEGAN_us = 1_772_323_200_000_000;
/** A real loop's wall times are not on the microsecond: the last digits cost their bytes too. */
const JITTER_us = 3000;
const CHUNK_s = CHUNK_us / 1e6;

const identityAt = (began_us: number): LogIdentity => ({
  serialNumber: "BM-000123",
  manufacturer: "bench",
  program: "bms-mini bench",
  pack: "bench",
  setup: "bench",
  began_us,
  clock: "synchronised",
  speed: 1,
});

function settings18(): Settings {
  const changed = changeSettings(createSettings(), { "battery.cells": CELLS });
  if (!changed.ok) throw new Error("18 cells are allowed");
  return changed.settings;
}

/** A pack on the bench that was switched on, under one of its loads. */
function deviceUnder(load: string): Device {
  const settings = settings18();
  const world = benchWorld(settings);
  const chosen = benchLoads(settings).find(({ name }) => name === load)!.load;
  const device = createDevice(plainScenario({ ...world, load: chosen }, settings), settings, 1);
  ask(device, { kind: "command", command: "powerUp" });
  return device;
}

/** One row of /state for each second of so many hours at 10 ms ticks. */
function rowsOf(load: string, hours: number): LogMessage[] {
  const device = deviceUnder(load);
  const rows = createStateRows(CELLS);
  const messages: LogMessage[] = [];
  let chance = 1;
  for (let second = 0; second < hours * 3600; second++) {
    for (let tick = 0; tick < 100; tick++) tickDevice(device, 10_000);
    chance = (Math.imul(chance, 1_103_515_245) + 12_345) >>> 0;
    const time_us = BEGAN_us + second * 1e6 + (chance % JITTER_us);
    messages.push(stateMessage(rows, takeSnapshot(createSnapshotReader(device.bms)), time_us));
  }
  return messages;
}

const settingsJson = (): string => JSON.stringify(settings18());

/** Bytes for each second of a file of a whole day: its chunks, their indexes and extremes, its beginning and its end. */
function bytesPerSecond(rows: readonly LogMessage[]): number {
  const { file, bytes } = beginLog(identityAt(BEGAN_us), settingsJson(), compressPlain);
  let chunks_bytes = 0;
  for (let at = 0; at < rows.length; at += CHUNK_s) {
    chunks_bytes += chunkOf(file, rows.slice(at, at + CHUNK_s), compressPlain).length;
  }
  fillDay(file, rows.length);
  return chunks_bytes / rows.length + (bytes.length + endLog(file).length) / DAY_s;
}

/** What was written of the day, again and again until it is full, so that its end has the size of a day's. */
function fillDay(file: UnfinishedLog, written_s: number): void {
  const chunks = file.chunks.slice(1);
  const { entries } = file.summary[0]!;
  const begun = [...entries];
  for (let day_s = written_s; day_s < DAY_s; day_s += written_s) {
    file.chunks.push(...chunks);
    for (const entry of begun) {
      entries.push({ ...entry, from_us: entry.from_us + day_s * 1e6, to_us: entry.to_us + day_s * 1e6 });
    }
  }
}

/**
 * A file for each of thirty days, the last without an end, with rows of the bench pack. One row in 24 s instead of one a
 * second: chunks and extremes, from which a month is drawn, are as many and as large.
 */
function writeMonth(folder: string, rows: readonly LogMessage[]): void {
  const some = rows.filter((_, second) => second % ROW_s === 0);
  const perChunk = CHUNK_s / ROW_s;
  for (let day = 0; day < DAYS; day++) {
    const began_us = BEGAN_us + day * DAY_s * 1e6;
    const { file, bytes } = beginLog(identityAt(began_us), settingsJson(), compressPlain);
    const parts = [bytes];
    for (let first = 0; first < DAY_s / ROW_s; first += perChunk) {
      const chunk = Array.from({ length: perChunk }, (_, i) => ({
        ...some[(first + i) % some.length]!,
        time_us: began_us + (first + i) * ROW_s * 1e6,
      }));
      parts.push(chunkOf(file, chunk));
    }
    if (day < DAYS - 1) parts.push(endLog(file));
    writeFileSync(join(folder, `day-${String(day).padStart(2, "0")}.mcap`), Buffer.concat(parts));
  }
}

/** Milliseconds from the name of the folder to the points of one signal. */
function drawMonth(folder: string): number {
  const began = process.hrtime.bigint();
  const open = readdirSync(folder).map((name) => openPath(join(folder, name)));
  const logs = open.map(({ log }) => log);
  const chart = decimate(logs, "cells_V[7]", BEGAN_us, BEGAN_us + DAYS * DAY_s * 1e6, POINTS);
  for (const { descriptor } of open) closeSync(descriptor);
  const took_ms = Number(process.hrtime.bigint() - began) / 1e6;
  if ((chart?.min.length ?? 0) !== POINTS) throw new Error(`${chart?.min.length} points instead of ${POINTS}`);
  return took_ms;
}

function openPath(path: string): { log: LogFile; descriptor: number } {
  const descriptor = openSync(path, "r");
  const read = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
  };
  const log = openLog(read, statSync(path).size, decompress);
  if ("problem" in log) throw new Error(log.problem);
  return { log, descriptor };
}

/** Disk space of the state at 1 Hz under two loads; opening a month and drawing one cell of it. */
export function benchLog(): Figure[] {
  const rows = rowsOf("house", HOURS);
  const folder = mkdtempSync(join(tmpdir(), "bms-bench-log-"));
  try {
    writeMonth(folder, rows);
    const took_ms = Array.from({ length: OPENINGS }, () => drawMonth(folder));
    return [
      atMost("log.bytesPerSecond", bytesPerSecond(rows), "B/s", 64),
      atMost("log.bytesPerSecond.drive", bytesPerSecond(rowsOf("vehicle", DRIVE_HOURS)), "B/s"),
      atMost("log.query30days", median(took_ms), "ms", 150),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
