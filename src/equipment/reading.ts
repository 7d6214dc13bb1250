// Reads signals of the image by name: their value, or NaN where it is not believed.

import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";

/** A signal's value in its unit; NaN while nobody vouches for it. The name must be a signal's. */
export const readSignal = (image: Float64Array, name: string, element = 0): number =>
  isBelieved(image, name, element) ? image[IMAGE_PLACES.get(name)!.at + element] : Number.NaN;

export const isSet = (image: Float64Array, name: string): boolean => readSignal(image, name) === 1;
