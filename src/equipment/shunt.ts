// The current of a shunt on the bus, out of the frame that the settings describe. A frame with an error bit, or a shorter
// one, is no sample: the core finds the shunt silent then.

import type { CanFrame } from "../base/can-frame.ts";
import type { Settings } from "../model/settings.ts";
import { getRaw } from "./frame-row.ts";

/** The current in A, charging as the shunt counts it; undefined: none in this frame. */
export function shuntCurrent_A({ shunt }: Settings, frame: CanFrame): number | undefined {
  if (!shunt.enable || frame.id !== shunt.canId || frame.extended !== shunt.extended || frame.remote) return undefined;
  const { data } = frame;
  if (shunt.selectorByte >= 0 && data[shunt.selectorByte] !== shunt.selector) return undefined;
  if (shunt.statusByte >= 0 && ((data[shunt.statusByte] ?? 0xff) & shunt.statusMask) !== 0) return undefined;
  const raw = getRaw(data, shunt.firstByte, Number(shunt.bytes), shunt.byteOrder, true);
  return Number.isNaN(raw) ? undefined : raw * shunt.step_A;
}
