// What protocols, logs and people see: all signals as they stand after a tick, read through the paths of their rows.
// A snapshot copies numbers; it never hands out the device's own arrays.

import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import type { Bms } from "./bms.ts";
import { type Place, resolve } from "./path.ts";

export type SignalValue = number | readonly number[];
export type Snapshot = { [name: string]: SignalValue };
export type SnapshotReader = { readonly names: readonly string[]; readonly places: readonly Place[] };

/** Where each signal lives in this device. Make it once. */
export const createSnapshotReader = (bms: Bms): SnapshotReader => ({
  names: SIGNAL_NAMES,
  places: SIGNAL_NAMES.map((name) => resolve(bms, SIGNALS[name].from)),
});

/** All signals by name. Words of closed sets appear as their code through the row's own code field. */
export function takeSnapshot(reader: SnapshotReader): Snapshot {
  const snapshot: Snapshot = {};
  for (let i = 0; i < reader.names.length; i++) snapshot[reader.names[i]] = valueAt(reader.places[i]);
  return snapshot;
}

function valueAt(place: Place): SignalValue {
  const value = place.holder[place.key];
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : Number(value);
}
