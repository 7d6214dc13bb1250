// Passes recorded inputs by, block after block, for whoever runs a device on them: comparisons (track.ts) and stories
// (story.ts). Says where a device begins anew, where the recording only has a keyframe, and where something is missing.

import { createSensors, type Sensors } from "../core/sensors.ts";
import type { LogMessage } from "../log/topics.ts";
import type { FramePart } from "./freeze-frame.ts";
import { recallSensors } from "./input-memory.ts";
import { createInputPlayer, type InputPlayer, loadBlock, unpackBlock } from "./input-player.ts";
import { type Start, unpackStart } from "./start.ts";

/** What comes next. `wall_us`: log time, microseconds since 1970; of a block that at its end. */
export type Piece =
  /** A device begins from here: the first, one that woke, or one behind a gap. */
  | { readonly kind: "start"; readonly start: Start; readonly wall_us: number }
  /** So many ticks, to be taken by `nextTick`; `shift_us` is to be added to the device's time to get the log's. */
  | { readonly kind: "block"; readonly ticks: number; readonly shift_us: number; readonly wall_us: number }
  /** What follows up to the next start cannot be used. */
  | { readonly kind: "lost"; readonly reason: string; readonly wall_us: number };

export type Passage = { player: InputPlayer; readonly sensors: Sensors; device_us: number };

/** A passage before its first piece. While the pieces of a block are taken, `player` and `sensors` give its ticks. */
export const createPassage = (): Passage => ({
  player: createInputPlayer(),
  sensors: createSensors(),
  device_us: Number.NaN,
});

/** The pieces of a recording in the order of its messages; messages of other topics are passed over. */
export function* piecesOf(passage: Passage, messages: Iterable<LogMessage>): Generator<Piece> {
  for (const message of messages) {
    const piece = pieceOf(passage, message);
    if (piece === undefined) continue;
    if (piece.kind === "lost") passage.device_us = Number.NaN;
    yield piece;
  }
}

function pieceOf(passage: Passage, { topic, time_us, data }: LogMessage): Piece | undefined {
  if (topic === "/recorder/start") return startPiece(passage, data, time_us);
  if (topic !== "/recorder/inputs") return undefined;
  return blockPiece(passage, data, time_us);
}

function startPiece(passage: Passage, bytes: Uint8Array, wall_us: number): Piece | undefined {
  const unpacked = unpackStart(bytes);
  if (!unpacked.ok) return { kind: "lost", reason: unpacked.reason, wall_us };
  const { start } = unpacked;
  if (start.time_us === passage.device_us) return undefined; // a keyframe of what is passing by
  passage.player = createInputPlayer(start.memory);
  recallSensors(start.memory, passage.sensors);
  passage.device_us = start.time_us;
  return { kind: "start", start, wall_us };
}

function blockPiece(passage: Passage, bytes: Uint8Array, wall_us: number): Piece | undefined {
  if (Number.isNaN(passage.device_us)) return undefined; // lost, and told so
  const unpacked = unpackBlock(bytes);
  if (!unpacked.ok) return { kind: "lost", reason: unpacked.reason, wall_us };
  const loaded = loadBlock(passage.player, unpacked.block);
  if (!loaded.ok) return { kind: "lost", reason: loaded.reason, wall_us };
  if (loaded.begin_us !== passage.device_us) return { kind: "lost", reason: "inputs are missing", wall_us };
  const { ticks, end_us } = unpacked.block;
  passage.device_us = end_us;
  return { kind: "block", ticks, shift_us: wall_us - end_us, wall_us };
}

/** The parts of a freeze-frame as messages; their times are those of the device. */
export const messagesOfFrame = (parts: readonly FramePart[], shift_us = 0): LogMessage[] =>
  parts.map(({ kind, end_us, bytes }) => ({
    topic: kind === "start" ? "/recorder/start" : "/recorder/inputs",
    time_us: end_us + shift_us,
    data: bytes,
  }));
