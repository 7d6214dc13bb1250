// Round numbers for the axes of a plot, in values and in time.

import { interpolate } from "../../base/interpolate.ts";

export type AxisTick = { readonly at: number; readonly label: string };

/** A range that holds all values with round ends, and about `count` ticks in it. */
export function axisValues(
  least: number,
  most: number,
  count: number,
  percent: boolean,
): { readonly from: number; readonly to: number; readonly ticks: readonly AxisTick[] } {
  const low = Number.isFinite(least) ? least : 0;
  const high = Number.isFinite(most) && most > low ? most : low + 1;
  const step = roundStep((high - low) / count);
  const from = Math.floor(low / step + 1e-6) * step;
  const to = Math.ceil(high / step - 1e-6) * step;
  const decimals = Math.max(0, -Math.floor(Math.log10(percent ? step * 100 : step) + 1e-9));
  const ticks: AxisTick[] = [];
  for (let i = 0; from + i * step <= to + step * 1e-6; i++) {
    const at = Math.round((from + i * step) / step) * step;
    ticks.push({ at, label: (percent ? at * 100 : at).toFixed(decimals).replace(/^-(0(\.0*)?)$/, "$1") });
  }
  return { from, to: to > from ? to : from + step, ticks };
}

/** The next of 1, 2 and 5 times a power of ten. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const rest = raw / power;
  return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
}

const STEPS_s = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
  432_000, 604_800, 1_209_600, 2_592_000, 5_184_000,
];
const MOST_TICKS = 13;

/**
 * Ticks of a time axis from 0 to an end, in the unit that suits its step.
 * @param origin_s what the left edge is called: the labels count from there, at round numbers
 */
export function timeTicks(end_s: number, origin_s = 0): readonly AxisTick[] {
  const step_s = STEPS_s.find((step) => end_s / step <= MOST_TICKS) ?? STEPS_s[STEPS_s.length - 1];
  const first = Math.ceil(origin_s / step_s - 1e-6);
  const ticks: AxisTick[] = [];
  for (let i = first; i * step_s - origin_s <= end_s * 1.000001; i++) {
    ticks.push({ at: i * step_s - origin_s, label: timeLabel(i * step_s, step_s, end_s).replace("-", "−") });
  }
  return ticks;
}

function timeLabel(time_s: number, step_s: number, end_s: number): string {
  if (step_s < 60) return `${Number(time_s.toFixed(1))} s`;
  const minute = String(Math.round((time_s % 3600) / 60)).padStart(2, "0");
  if (step_s < 3600) return end_s <= 7200 ? `${time_s / 60} min` : `${Math.floor(time_s / 3600)}:${minute} h`;
  return step_s < 86_400 ? `${time_s / 3600} h` : `day ${time_s / 86_400}`;
}

const HUE = { x: [0, 1], y: [205, 150] };

/** A colour for cell k of n: from blue to green, so that neighbours look alike and the ends do not. */
export function cellColor(k: number, n: number): string {
  const hue = interpolate(HUE.x, HUE.y, n > 1 ? k / (n - 1) : 0);
  return `hsl(${hue.toFixed(0)} 65% ${(38 + (k % 3) * 8).toFixed(0)}%)`;
}
