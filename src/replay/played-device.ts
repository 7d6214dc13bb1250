// A device that is given recorded inputs again: taken up at a start, then block by block. The replay, and what looks for
// the signal behind a difference, play with it.

import { type Bms, step } from "../core/bms.ts";
import { createSensors, type Sensors } from "../core/sensors.ts";
import type { LogMessage } from "../log/topics.ts";
import { recallSensors } from "./input-memory.ts";
import {
  createInputPlayer,
  type InputBlock,
  type InputPlayer,
  loadBlock,
  MISSING,
  nextTick,
  requestsNow,
  unpackBlock,
} from "./input-player.ts";
import { type Start, startBms } from "./start.ts";

export type PlayedDevice = { readonly bms: Bms; readonly player: InputPlayer; readonly sensors: Sensors };

type Refused = { readonly ok: false; readonly reason: string };
export type TakenUp = { readonly ok: true; readonly device: PlayedDevice } | Refused;

/** The device as it stood at a start, ready for the block that follows it. */
export function takeUp(start: Start): TakenUp {
  const started = startBms(start);
  if (!started.ok) return started;
  const sensors = createSensors();
  recallSensors(start.memory, sensors);
  return { ok: true, device: { bms: started.bms, player: createInputPlayer(start.memory), sensors } };
}

export type BlockLoaded = { readonly ok: true; readonly block: InputBlock } | Refused;

/** Unpacks the block that follows; refused where it is damaged or another one should have come before it. */
export function takeBlock({ bms, player }: PlayedDevice, message: LogMessage): BlockLoaded {
  const unpacked = unpackBlock(message.data);
  if (!unpacked.ok) return unpacked;
  const loaded = loadBlock(player, unpacked.block);
  if (!loaded.ok) return loaded;
  return loaded.begin_us === bms.time_us ? unpacked : { ok: false, reason: MISSING };
}

/** Plays so many ticks of the block taken last. */
export function playTicks({ bms, player, sensors }: PlayedDevice, ticks: number): void {
  for (let tick = 0; tick < ticks; tick++) {
    const dt_us = nextTick(player, sensors);
    step(bms, sensors, requestsNow(player), dt_us);
  }
}
