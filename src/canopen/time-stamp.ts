// TIME (CiA 301, 7.2.6, TIME_OF_DAY of 7.1.6.5): ms since midnight in 28 bits, then days since 1984-01-01.

import { canIdOf, hasBit30, hasBit31 } from "./cob-id.ts";
import { numberBytes } from "./data-types.ts";
import { allows } from "./nmt-state.ts";
import type { Node } from "./node-state.ts";
import { sendFrame, tell } from "./node-step.ts";

export type TimeOfDay = { readonly day_d: number; readonly day_ms: number };

export const TIME_LENGTH = 6;
/** 1984-01-01, ms since 1970. */
const DAY_0_ms = 441_763_200_000;
const DAY_ms = 86_400_000;

/** @param wall_ms ms since 1970 (UTC), not before 1984 */
export const timeOfDay = (wall_ms: number): TimeOfDay => ({
  day_d: Math.floor((wall_ms - DAY_0_ms) / DAY_ms),
  day_ms: Math.floor(wall_ms) % DAY_ms,
});

/** @param time ms below 2^28, days below 65536 */
export function timeBytes({ day_d, day_ms }: TimeOfDay): Uint8Array {
  const bytes = new Uint8Array(TIME_LENGTH);
  bytes.set(numberBytes("u32", day_ms & 0x0fff_ffff));
  bytes.set(numberBytes("u16", day_d), 4);
  return bytes;
}

/** @param bytes TIME_LENGTH of them */
export function timeOf(bytes: Uint8Array): TimeOfDay {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { day_ms: view.getUint32(0, true) & 0x0fff_ffff, day_d: view.getUint16(4, true) };
}

/** A frame with the id of 1012h: heard where bit 31 is set. */
export function takeTime(node: Node, data: Uint8Array): void {
  const isHeard = hasBit31(node.parameters.timeCobId) && allows(node.state, "time");
  if (isHeard && data.length === TIME_LENGTH) tell(node.out, { kind: "time", ...timeOf(data) });
}

/** Sends the time, where bit 30 of 1012h makes this node the producer. */
export function sendTime(node: Node, time: TimeOfDay): void {
  const { timeCobId } = node.parameters;
  if (hasBit30(timeCobId) && allows(node.state, "time")) sendFrame(node.out, canIdOf(timeCobId), timeBytes(time));
}
