// Records a device: looks on before and after each tick of its core and leaves messages for the log. A start at the
// beginning, whenever the device is another one (it slept and woke), and as a keyframe every half hour; a block of
// inputs for each second of device time, with the hashes of the state at its end.

import type { Bms } from "../core/bms.ts";
import type { Request } from "../core/requests.ts";
import type { Sensors } from "../core/sensors.ts";
import { createStateHasher, hashState, type StateHasher } from "../core/state-hash.ts";
import type { LogMessage } from "../log/topics.ts";
import { addTick, createInputEncoder, type InputEncoder, packBlock } from "./inputs.ts";
import { packStart } from "./start.ts";

const BLOCK_us = 1_000_000;
/** A start has the size of ten seconds of inputs; half an hour is replayed in less than a second. */
export const KEYFRAME_us = 1_800_000_000;

export type Recorder = {
  readonly program: string;
  readonly encoder: InputEncoder;
  bms: Bms | undefined;
  hasher: StateHasher | undefined;
  /** Device time at which the block under way ends, and from which on a keyframe is due. */
  blockDue_us: number;
  keyframeDue_us: number;
  /** Log time of the last tick, and whether the device was in standby after it. */
  wall_us: number;
  standby: boolean;
  messages: LogMessage[];
};

/** @param program name and version, for whoever reads the recording */
export const createRecorder = (program: string): Recorder => ({
  program,
  encoder: createInputEncoder(),
  bms: undefined,
  hasher: undefined,
  blockDue_us: 0,
  keyframeDue_us: 0,
  wall_us: 0,
  standby: false,
  messages: [],
});

/**
 * Call before each tick with what the core is about to get; everything is copied.
 * @param wall_us wall time for the log, microseconds since 1970
 */
export function recordBefore(
  recorder: Recorder,
  bms: Bms,
  sensors: Sensors,
  requests: readonly Request[],
  dt_us: number,
  wall_us: number,
): void {
  if (recorder.bms !== bms) beginAnew(recorder, bms, wall_us);
  if (recorder.encoder.ticks === 0) recorder.blockDue_us = (Math.floor(bms.time_us / BLOCK_us) + 1) * BLOCK_us;
  addTick(recorder.encoder, sensors, requests, dt_us);
}

/** Call after each tick. With the tick to standby the block ends early: nobody knows whether the device will wake. */
export function recordAfter(recorder: Recorder, bms: Bms, wall_us: number): void {
  const fellAsleep = bms.decide.mode === "standby" && !recorder.standby;
  recorder.wall_us = wall_us;
  recorder.standby = bms.decide.mode === "standby";
  if (bms.time_us < recorder.blockDue_us && !fellAsleep) return;
  endBlock(recorder);
  if (bms.time_us >= recorder.keyframeDue_us) keyframe(recorder, bms, wall_us);
}

/** Takes the messages that have come up since the last call. */
export function takeMessages(recorder: Recorder): LogMessage[] {
  const { messages } = recorder;
  if (messages.length > 0) recorder.messages = [];
  return messages;
}

/** Ends the block under way, if there is one: the device ends, or a frame is taken. */
export function endBlock(recorder: Recorder): void {
  const { encoder, hasher, bms } = recorder;
  if (encoder.ticks === 0 || hasher === undefined || bms === undefined) return;
  const data = packBlock(encoder, bms.time_us, hashState(hasher));
  recorder.messages.push({ topic: "/recorder/inputs", time_us: recorder.wall_us, data });
}

/** The device as it stands, from which the next blocks go on. Only between two blocks. */
export const startBytes = (recorder: Recorder, bms: Bms): Uint8Array =>
  packStart(bms, { program: recorder.program, memory: recorder.encoder.memory });

/** After records were lost, a recording goes on with a start: at the end of the block under way. */
export function demandStart(recorder: Recorder): void {
  recorder.keyframeDue_us = 0;
}

function beginAnew(recorder: Recorder, bms: Bms, wall_us: number): void {
  endBlock(recorder);
  recorder.bms = bms;
  recorder.hasher = createStateHasher(bms);
  keyframe(recorder, bms, wall_us);
}

function keyframe(recorder: Recorder, bms: Bms, wall_us: number): void {
  recorder.keyframeDue_us = bms.time_us + KEYFRAME_us;
  recorder.messages.push({ topic: "/recorder/start", time_us: wall_us, data: startBytes(recorder, bms) });
}
