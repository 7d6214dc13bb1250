// Hall sensors of header X7, by LEM family: what output and reference read at a current.
// HASS: 0.625 V at nominal about its own 2.5 V reference. HTFS: 1.25 V at nominal about half the supply.
// DHAB: Uc/5 * (2.5 + S * I) with 2 V at the end of each channel's range, clamped to 0.25..4.75 V, no reference pin.

import type { CurrentSensorConfig } from "../world-config.ts";

/** What the sensor gets wrong, beside its configuration. */
export type HallState = {
  hall_V: number;
  reference_V: number;
};

export const createHall = (): HallState => ({ hall_V: 0, reference_V: 0 });

/** Output and reference at a current the sensor believes in, with its supply; results stay in `hall`. */
export function sense(hall: HallState, config: CurrentSensorConfig, believed_A: number, supply_V: number): void {
  const current_A = config.invert ? -believed_A : believed_A;
  if (config.family === "DHAB") {
    hall.hall_V = channel_V(current_A, config.nominal_A, supply_V);
    hall.reference_V = config.secondRange_A > 0 ? channel_V(current_A, config.secondRange_A, supply_V) : supply_V / 2;
    return;
  }
  const swing_V = config.family === "HASS" ? 0.625 : 1.25;
  const reference_V = (config.family === "HASS" ? 2.5 : supply_V / 2) + config.referenceError_V;
  const bounded_A = Math.max(-config.range_A, Math.min(config.range_A, current_A));
  hall.reference_V = reference_V;
  hall.hall_V = clamp(reference_V + (swing_V * bounded_A) / config.nominal_A, 0.05, supply_V - 0.05);
}

function channel_V(current_A: number, range_A: number, supply_V: number): number {
  return clamp((supply_V / 5) * (2.5 + (2 * current_A) / range_A), 0.25, 4.75);
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

/**
 * The current the sensor believes in: offset, gain, drift with temperature, curvature towards its range.
 * @param added_A noise and faults
 */
export function believed_A(
  config: CurrentSensorConfig,
  current_A: number,
  sensor_degC: number,
  added_A: number,
): number {
  const part = current_A / config.range_A;
  const curve_A = config.linearity * config.nominal_A * part * part * part;
  const drift_A = config.drift_A_per_K * (sensor_degC - 25);
  return current_A * (1 + config.gainError) + config.offset_A + drift_A + curve_A + added_A;
}
