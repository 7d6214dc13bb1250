// Resistance against pulse tests: the pulses of an HPPC test give what the voltage does 0.1 s and 10 s after a step of the
// current; the device, driving the same cell at the same temperature, states both for its present state of charge.

import { interpolate } from "../base/interpolate.ts";
import { advanceRecorded } from "../sim/recorded/recorded-run.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import { createDeviceRun, type DeviceTask } from "./device-track.ts";
import { signalOf } from "./signal-reader.ts";

export type Pulse = {
  readonly soc: number;
  readonly degC: number;
  readonly early_Ohm: number;
  readonly late_Ohm: number;
};

const REST_s = 120;
const EARLY_s = 0.1;
const LATE_s = 10;

/** Discharge pulses after a rest, at the rate nearest to 1C at each state of charge. @param soc of each row */
export function pulsesOf(recording: Recording, soc: Float64Array, capacity_Ah: number): readonly Pulse[] {
  const { time_s, current_A, voltage_V, temperature_degC } = recording;
  const found: (Pulse & { readonly rate: number })[] = [];
  let restedFrom_s = time_s[0];
  for (let i = 1; i < time_s.length; i++) {
    if (Math.abs(current_A[i]) < 0.01 * capacity_Ah) continue;
    const rested_s = time_s[i - 1] - restedFrom_s;
    const step_A = current_A[i] - current_A[i - 1];
    restedFrom_s = time_s[i];
    if (rested_s < REST_s || step_A > -0.3 * capacity_Ah || time_s[i] - time_s[i - 1] > 0.3) continue;
    const at = (delay_s: number): number => rowAfter(recording, i, delay_s, current_A[i]);
    const early = at(EARLY_s);
    const late = at(LATE_s);
    if (early < 0 || late < 0) continue;
    const drop = (row: number): number => (voltage_V[row] - voltage_V[i - 1]) / (current_A[row] - current_A[i - 1]);
    const degC = temperature_degC.length > 0 ? temperature_degC[i] : 25;
    found.push({ soc: soc[i], degC, early_Ohm: drop(early), late_Ohm: drop(late), rate: -step_A / capacity_Ah });
  }
  return nearestToOne(found);
}

/** The row so long after the step, while the current still flows; -1 where it does not. */
function rowAfter({ time_s, current_A }: Recording, from: number, delay_s: number, pulse_A: number): number {
  for (let i = from; i < time_s.length; i++) {
    if (Math.abs(current_A[i] - pulse_A) > 0.1 * Math.abs(pulse_A))
      return time_s[i] - time_s[from] > 0.9 * delay_s ? i - 1 : -1;
    if (time_s[i] - time_s[from] >= delay_s - 0.15) return i;
  }
  return -1;
}

function nearestToOne(found: readonly (Pulse & { readonly rate: number })[]): readonly Pulse[] {
  const best: (Pulse & { readonly rate: number })[] = [];
  for (const pulse of found) {
    const place = best.findIndex(({ soc }) => Math.abs(soc - pulse.soc) < 0.03);
    if (place < 0) best.push(pulse);
    else if (Math.abs(Math.log(pulse.rate)) < Math.abs(Math.log(best[place].rate))) best[place] = pulse;
  }
  return best.sort((a, b) => a.soc - b.soc);
}

export type ResistanceFound = {
  readonly soc: number;
  readonly degC: number;
  readonly early_Ohm: number;
  readonly late_Ohm: number;
  readonly measuredEarly_Ohm: number;
  readonly measuredLate_Ohm: number;
};

/** What the device states while it drives, against the pulses, once at each state of charge where pulses were, down from 90 %. */
export function resistancesOf(
  task: DeviceTask,
  soc: Float64Array,
  pulses: readonly Pulse[],
): readonly ResistanceFound[] {
  const run = createDeviceRun(task);
  const wanted = pulses.filter((pulse) => pulse.soc > 0.15 && pulse.soc < 0.9).sort((a, b) => b.soc - a.soc);
  const found: ResistanceFound[] = [];
  const socs = pulses.map((pulse) => pulse.soc);
  while (advanceRecorded(run) && found.length < wanted.length) {
    if (run.row === 0 || soc[run.row] > wanted[found.length].soc) continue;
    const now = soc[run.row];
    found.push({
      soc: now,
      degC: run.board.temperature_degC,
      early_Ohm: signalOf(run.bms, "cellResistance100ms_Ohm"),
      late_Ohm: signalOf(run.bms, "cellResistance10s_Ohm"),
      measuredEarly_Ohm: interpolate(
        socs,
        pulses.map((pulse) => pulse.early_Ohm),
        now,
      ),
      measuredLate_Ohm: interpolate(
        socs,
        pulses.map((pulse) => pulse.late_Ohm),
        now,
      ),
    });
  }
  return found;
}
