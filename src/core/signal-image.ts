// All signals of a device copied into one list of numbers (model/signal-image.ts): what protocols read, as it stands after
// a tick. Copying makes nothing new, so that it can be done as often as somebody asks.

import { IMAGE_PLACES } from "../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import type { Bms } from "./bms.ts";
import { type Place, resolve } from "./path.ts";

type Source = { readonly at: number; readonly place: Place };
export type ImageReader = { readonly bms: Bms; readonly sources: readonly Source[] };

/** Where the signals of this device live. Make it once. */
export const createImageReader = (bms: Bms): ImageReader => ({
  bms,
  sources: SIGNAL_NAMES.map((name) => ({ at: IMAGE_PLACES.get(name)!.at, place: resolve(bms, SIGNALS[name].from) })),
});

/** Copies every signal into an image of IMAGE_SIZE numbers. */
export function copyImage({ sources }: ImageReader, image: Float64Array): void {
  for (let i = 0; i < sources.length; i++) {
    const { at, place } = sources[i];
    const value = place.holder[place.key];
    if (value instanceof Float64Array || value instanceof Uint8Array) image.set(value, at);
    else image[at] = Number(value);
  }
}
