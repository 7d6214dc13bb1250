// Signals to outputs by assignment and inversion: OUT1-4 of header X1, DOUT1-4 of header X3 (the vendor's manual).
// A device that is off or in standby drives nothing, whatever is inverted.

import type { InternalSignalName } from "../../model/internal-signals.ts";
import type { Settings } from "../../model/settings.ts";
import type { Bms } from "../bms.ts";

type Assignment = "none" | InternalSignalName;
type Flag = (bms: Bms) => number;

/** Where each flag stands, as the table's paths say; read directly because the tick reads eight of them. */
const FLAGS: Readonly<Record<InternalSignalName, Flag>> = {
  lowSoc: (bms) => bms.protect.active.lowSoc,
  highChargingCurrent: (bms) => bms.protect.active.highChargingCurrent,
  chargingPresent: (bms) => bms.decide.chargingPresent,
  allowCharging: (bms) => bms.decide.allowCharging,
  charging: (bms) => bms.decide.charging,
  discharging: (bms) => bms.decide.discharging,
  dischargingPresent: (bms) => bms.decide.dischargingPresent,
  voltageTooHigh: (bms) => bms.protect.active.voltageTooHigh,
  heater: (bms) => bms.decide.heater,
  cooler: (bms) => bms.decide.cooler,
  precharging: (bms) => bms.decide.precharging,
  common: (bms) => bms.decide.common,
  main: (bms) => bms.decide.main,
  cellAnalysis: (bms) => bms.estimate.analysis.running,
  dischargingAux: (bms) => bms.decide.dischargingAux,
  powerDownAcknowledge: (bms) => bms.decide.powerDownAcknowledge,
  readyToCharge: (bms) => bms.decide.readyToCharge,
  readyToDischarge: (bms) => bms.decide.readyToDischarge,
  balancing: (bms) => bms.decide.balancing,
  anyError: (bms) => bms.protect.anyError,
  criticalError: (bms) => bms.protect.criticalError,
  serviceReset: (bms) => bms.decide.serviceReset,
  powerUp: (bms) => bms.decide.powerUp,
  external1: (bms) => bms.decide.external1,
};

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
  readonly flag: Flag;
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
  return [{ flag: FLAGS[signal], discrete, index, inverted: inverts ? 1 : 0 }];
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
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const on = (line.flag(bms) === 0 ? 0 : 1) ^ line.inverted;
    if (line.discrete) discreteOutputs[line.index] = on;
    else outputs[line.index] = on;
  }
}
