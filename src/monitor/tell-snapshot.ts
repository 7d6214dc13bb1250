// All signals by name, as programs read them: null where a value is not believed.

import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import type { AnswerTo } from "./schemas.ts";

export const tellSnapshot = (image: Float64Array, time_us: number): AnswerTo<"snapshot"> => ({
  time_us,
  signals: Object.fromEntries(SIGNAL_NAMES.map((name) => [name, signalValue(image, name)])),
});

function signalValue(image: Float64Array, name: string): number | null | (number | null)[] {
  const { at, count } = IMAGE_PLACES.get(name)!;
  const one = (element: number): number | null => {
    const value = image[at + element]!;
    return Number.isFinite(value) && isBelieved(image, name, element) ? value : null;
  };
  return SIGNALS[name]!.per === undefined ? one(0) : Array.from({ length: count }, (_, element) => one(element));
}
