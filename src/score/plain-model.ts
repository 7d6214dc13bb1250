// The cell as the yard-stick filter sees it: the tables of the device's own settings, read by plain interpolation.

import { interpolateGrid } from "../base/interpolate.ts";
import type { Settings } from "../model/settings.ts";

export type PlainModel = {
  readonly rest_V: (soc: number, degC: number) => number;
  /** Of the rest voltage over the state of charge. */
  readonly slope_V: (soc: number, degC: number) => number;
  readonly resistance_Ohm: (soc: number, degC: number) => number;
  readonly fastRatio: number;
  readonly fastTime_s: number;
  readonly slowRatio: number;
  readonly slowTime_s: number;
};

const STEP = 0.005;

export function plainModel(settings: Settings): PlainModel {
  const { ocv } = settings.socEstimation;
  const { resistanceRatio, fastRatio, fastTime_s, slowRatio, slowTime_s } = settings.cellModel;
  const nominal_Ohm = settings.battery.resistance_Ohm;
  const rest_V = (soc: number, degC: number): number => interpolateGrid(ocv.x, ocv.y, ocv.z, soc, degC);
  return {
    rest_V,
    slope_V: (soc, degC) => {
      const low = Math.max(0, soc - STEP);
      const high = Math.min(1, soc + STEP);
      return (rest_V(high, degC) - rest_V(low, degC)) / (high - low);
    },
    resistance_Ohm: (soc, degC) =>
      nominal_Ohm * interpolateGrid(resistanceRatio.x, resistanceRatio.y, resistanceRatio.z, soc, degC),
    fastRatio,
    fastTime_s,
    slowRatio,
    slowTime_s,
  };
}

/** State of charge at which the cell rests at a voltage, by halving: the rest voltage rises with it. */
export function socAtRest(model: PlainModel, voltage_V: number, degC: number): number {
  let low = 0,
    high = 1;
  for (let i = 0; i < 40; i++) {
    const middle = 0.5 * (low + high);
    if (model.rest_V(middle, degC) < voltage_V) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
