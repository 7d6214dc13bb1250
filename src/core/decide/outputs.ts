// Signals to outputs by assignment and inversion: OUT1-4 of header X1, DOUT1-4 of header X3 (the vendor's manual).
// A device that is off or in standby drives nothing, whatever is inverted.

import { INTERNAL_SIGNALS, type InternalSignalName } from "../../model/internal-signals.ts";
import type { Settings } from "../../model/settings.ts";
import type { Bms } from "../bms.ts";
import { FLAG_PATHS, readFlags } from "./flags.ts";

type Assignment = "none" | InternalSignalName;

/** Contactors: a dead board must open them, so they are never inverted. */
const CONTACTOR_SIGNALS: ReadonlySet<string> = new Set<InternalSignalName>([
  "charging",
  "discharging",
  "precharging",
  "common",
  "main",
  "dischargingAux",
]);

export type OutputLine = {
  /** Index of its flag in FLAG_PATHS. */
  readonly flag: number;
  readonly discrete: boolean;
  readonly index: number;
  readonly inverted: number;
};

export function planOutputs({ mosfets, outputs }: Settings): readonly OutputLine[] {
  return ([1, 2, 3, 4] as const).flatMap((number) => [
    ...line(mosfets[`assignment${number}`], mosfets[`inversion${number}`], false, number - 1),
    ...line(outputs[`assignment${number}`], outputs[`inversion${number}`], true, number - 1),
  ]);
}

function line(signal: Assignment, inverted: boolean, discrete: boolean, index: number): OutputLine[] {
  if (signal === "none") return [];
  const inverts = inverted && (discrete || !CONTACTOR_SIGNALS.has(signal));
  return [{ flag: FLAG_PATHS.indexOf(INTERNAL_SIGNALS[signal].from), discrete, index, inverted: inverts ? 1 : 0 }];
}

/** Writes `commands.outputs` and `commands.discreteOutputs`. */
export function driveOutputs(bms: Bms): void {
  const { outputs, discreteOutputs } = bms.commands;
  const lines = bms.plan.decide.outputs;
  const mode = bms.decide.mode;
  const dark = mode === "off" || mode === "standby";
  for (let i = 0; i < 4; i++) {
    outputs[i] = 0;
    discreteOutputs[i] = 0;
  }
  if (dark) return;
  const flags = readFlags(bms, bms.probes.flags);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const on = (flags[line.flag] === 0 ? 0 : 1) ^ line.inverted;
    if (line.discrete) discreteOutputs[line.index] = on;
    else outputs[line.index] = on;
  }
}
