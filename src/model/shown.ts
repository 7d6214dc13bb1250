// What protocols are shown of a device: its signals and settings as they stand after the last tick, its journal of errors in
// the vendor's form, and who it is. They read; what they want they ask for (asking.ts).

import type { Settings } from "./settings.ts";

/** The vendor's journal of errors (log/vendor-journal.ts). */
export type ErrorRing = {
  readonly records: readonly { readonly errors1: number; readonly errors2: number; readonly stamp: number }[];
  readonly last: number;
};

/** Who the device is. Texts are ASCII. */
export type Identity = {
  readonly vendor: string;
  readonly product: string;
  readonly url: string;
  readonly model: string;
  /** Major, minor. */
  readonly hardware: readonly [number, number];
  /** Major, minor, patch. */
  readonly firmware: readonly [number, number, number];
  /** Where the device is reached over TCP, four bytes each. */
  readonly address: readonly number[];
  readonly netmask: readonly number[];
  readonly gateway: readonly number[];
};

/** What protocols are shown of the device: signals as after the last tick (model/signal-image.ts), settings in force. */
export type Shown = {
  readonly image: Float64Array;
  readonly settings: Settings;
  readonly journal: ErrorRing;
  readonly identity: Identity;
};
