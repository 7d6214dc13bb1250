// What a voltage sees of the charge: the slope of the rest voltage over the width of the estimate, and under load that of the
// drop, which depends on the charge too.

import type { Bms } from "../bms.ts";
import { BLOCK, SS } from "./covariance.ts";
import { onPlateau } from "./plan.ts";
import { type Surface, surfaceAt } from "./surface.ts";

/** A slope is taken over this much to each side. */
const LEAST_WIDTH = 0.01;
const MOST_WIDTH = 0.1;

/** Wider than this, the two sides are different parts of the curve. */
const NARROW = 0.03;

/**
 * Slope of the rest voltage over a deviation to each side, within those widths and as far as the axis goes: the mean of
 * both sides, or where it is wide the lesser one, because a knee that may be near says nothing about a charge on the plateau.
 */
export function slopeOver(ocv_V: Surface, soc: number, deviation: number, lag: number, degC: number): number {
  const width = deviation < LEAST_WIDTH ? LEAST_WIDTH : deviation > MOST_WIDTH ? MOST_WIDTH : deviation;
  const high = soc + width > 1 ? 1 : soc + width;
  const low = soc - width < 0 ? 0 : soc - width;
  const high_V = surfaceAt(ocv_V, high + lag, degC);
  const low_V = surfaceAt(ocv_V, low + lag, degC);
  if (width < NARROW || high - soc < LEAST_WIDTH || soc - low < LEAST_WIDTH) return (high_V - low_V) / (high - low);
  const middle_V = surfaceAt(ocv_V, soc + lag, degC);
  const above_V = (high_V - middle_V) / (high - soc);
  const below_V = (middle_V - low_V) / (soc - low);
  return above_V < below_V ? above_V : below_V;
}

/** Beyond this deviation a slope is no guide for long. */
export const WIDE = 0.04;

/** Share of the capacity that leads to another place of the curve. */
const PLACE = 0.003;

/** Whether the charge is at another place than where its slope was taken. */
export const hasMoved = ({ estimate: { observer: o, cellCapacity_Ah } }: Bms, cell: number): boolean => {
  const moved_Ah = o.through_Ah - o.slopeThrough_Ah[cell];
  return (moved_Ah < 0 ? -moved_Ah : moved_Ah) > PLACE * cellCapacity_Ah[cell];
};

/** Whether an estimate that is not sure has left the place whose slope it is corrected with by that part of its deviation. */
const STRAY = 0.5;

export function hasStrayed({ estimate: { observer: o, cellSoc } }: Bms, cell: number): boolean {
  const apart = cellSoc[cell] - o.slopeSoc[cell];
  const variance = o.covariance[cell * BLOCK + SS];
  return variance > WIDE * WIDE && apart * apart > STRAY * STRAY * variance;
}

/**
 * The slope of the rest voltage over the width of the estimate, and how far the curve bends away from it. It is kept until
 * the charge has moved: with a slope that followed the estimate, a voltage at rest would tell more each time it is read.
 */
export function takeSlope(bms: Bms, cell: number): void {
  const { ocv_V } = bms.plan.estimate;
  const o = bms.estimate.observer;
  const soc = bms.estimate.cellSoc[cell];
  const degC = bms.measure.cellTemperatures_degC[cell];
  const deviation = clamp(Math.sqrt(o.covariance[cell * BLOCK + SS]), LEAST_WIDTH, MOST_WIDTH);
  const low = soc - deviation < 0 ? 0 : soc - deviation;
  o.slope_V[cell] = slopeOver(ocv_V, soc, deviation, o.lag, degC);
  const bend_V = surfaceAt(ocv_V, soc + o.lag, degC) - surfaceAt(ocv_V, low + o.lag, degC);
  o.bend_V[cell] = bend_V - o.slope_V[cell] * (soc - low);
  o.slopeThrough_Ah[cell] = o.through_Ah;
  o.slopeSoc[cell] = soc;
  takeDropSlope(bms, cell, soc, deviation, degC);
}

function takeDropSlope(bms: Bms, cell: number, soc: number, deviation: number, degC: number): void {
  const { resistanceRatio, fastResistance, slowResistance } = bms.plan.estimate;
  const o = bms.estimate.observer;
  const low = soc - deviation < 0 ? 0 : soc - deviation;
  const high = soc + deviation > 1 ? 1 : soc + deviation;
  const per = o.model_Ohm[cell] / (high - low);
  o.actualSlope_Ohm[cell] = per * (surfaceAt(resistanceRatio, high, degC) - surfaceAt(resistanceRatio, low, degC));
  o.fastSlope_Ohm[cell] = per * (surfaceAt(fastResistance, high, degC) - surfaceAt(fastResistance, low, degC));
  o.slowSlope_Ohm[cell] = per * (surfaceAt(slowResistance, high, degC) - surfaceAt(slowResistance, low, degC));
}

/**
 * What a reading sees of the charge. The drop depends on it too: in the cold a full cell may drop so much more that its voltage
 * under load tells nothing. On a plateau a table of resistances is no guide.
 */
export function seenSlope({ estimate, plan }: Bms, cell: number): number {
  const o = estimate.observer;
  const slope = o.slope_V[cell];
  if (onPlateau(plan.estimate, estimate.cellSoc[cell])) return slope;
  const pairs = o.fastSlope_Ohm[cell] * o.fast_A + o.slowSlope_Ohm[cell] * o.slow_A;
  return slope + (o.actualSlope_Ohm[cell] * o.bent_A + pairs) * (1 + o.dropError[cell]);
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);
