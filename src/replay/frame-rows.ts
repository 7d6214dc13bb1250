// A freeze-frame as rows: the core runs again on what it was given, and each tick becomes a row of signals at its time.
// Viewers plot them from the log's channel /frame; explanations read the device itself (onTick).

import { encodeUtf8 } from "../base/utf8.ts";
import { type Bms, step } from "../core/bms.ts";
import { createSensors } from "../core/sensors.ts";
import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import { createStateRows, stateRow } from "../log/state-row.ts";
import type { LogMessage } from "../log/topics.ts";
import { BEFORE_us, type FramePart, unpackFrame } from "./freeze-frame.ts";
import { recallSensors } from "./input-memory.ts";
import { createInputPlayer, loadBlock, nextTick, requestsNow, unpackBlock } from "./input-player.ts";
import { startBms, unpackStart } from "./start.ts";

/** Told after each tick: the device as it then is, and the time since the start of the recording device, us. */
export type OnTick = (bms: Bms, time_us: number) => void;

/** Plays a frame tick by tick. Returns "" or why it cannot be played (any further); ticks until then have been told. */
export function playFrame(frame: Uint8Array, onTick: OnTick): string {
  const unpackedFrame = unpackFrame(frame);
  if (unpackedFrame === undefined) return "this is no freeze-frame, or it is damaged";
  const { parts } = unpackedFrame;
  const first = parts.findIndex(({ kind }) => kind === "start");
  if (first < 0) return "the freeze-frame has no start";
  const unpacked = unpackStart(parts[first]!.bytes);
  if (!unpacked.ok) return unpacked.reason;
  const started = startBms(unpacked.start);
  if (!started.ok) return started.reason;
  return playBlocks(parts.slice(first + 1), started.bms, unpacked.start.memory, onTick);
}

function playBlocks(
  parts: readonly FramePart[],
  bms: Bms,
  memory: Parameters<typeof createInputPlayer>[0],
  onTick: OnTick,
): string {
  const player = createInputPlayer(memory);
  const sensors = createSensors();
  if (memory !== undefined) recallSensors(memory, sensors);
  for (const { kind, bytes, end_us } of parts) {
    if (kind === "start") continue; // what comes goes on from here as it would without
    const unpacked = unpackBlock(bytes);
    if (!unpacked.ok) return unpacked.reason;
    const loaded = loadBlock(player, unpacked.block);
    if (!loaded.ok) return loaded.reason;
    if (loaded.begin_us !== bms.time_us) return "seconds are missing in the freeze-frame";
    for (let tick = 0; tick < unpacked.block.ticks; tick++) {
      const dt_us = nextTick(player, sensors);
      step(bms, sensors, requestsNow(player), dt_us);
      onTick(bms, end_us - (unpacked.block.end_us - bms.time_us));
    }
  }
  return "";
}

/**
 * The rows of a frame from 10 s before its trip on, a message of /frame for each tick. A damaged frame has none.
 * @param slice so many rows are handed over at once: all of them would take megabytes
 */
export function frameRows(bytes: Uint8Array, slice: number, take: (messages: LogMessage[]) => void): void {
  const { base_us, trip_us } = unpackFrame(bytes) ?? { base_us: 0, trip_us: 0 };
  let messages: LogMessage[] = [];
  let read: (() => string) | undefined;
  playFrame(bytes, (bms, time_us) => {
    if (time_us < trip_us - BEFORE_us) return;
    read ??= rowReader(bms);
    messages.push({ topic: "/frame", time_us: base_us + time_us, data: encodeUtf8(read()) });
    if (messages.length < slice) return;
    take(messages);
    messages = [];
  });
  if (messages.length > 0) take(messages);
}

function rowReader(bms: Bms): () => string {
  const reader = createSnapshotReader(bms);
  const rows = createStateRows(bms.settings.battery.cells);
  return () => stateRow(rows, takeSnapshot(reader));
}
