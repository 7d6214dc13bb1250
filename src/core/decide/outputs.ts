// Signals to outputs by assignment and inversion: OUT1-4 of header X1, DOUT1-4 of header X3 (the vendor's manual).
// A device that is off or in standby drives nothing, whatever is inverted.

import { INTERNAL_SIGNALS, type InternalSignalName } from "../../model/internal-signals.ts";
import type { Settings } from "../../model/settings.ts";
import type { Bms } from "../bms.ts";
import { type Reader, readerOf } from "../readers.ts";

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
  readonly from: string;
  readonly discrete: boolean;
  readonly index: number;
  readonly inverted: number;
};
/** `bound` are the readers of the lines for one device, made at the first tick. */
export type OutputPlan = { readonly lines: readonly OutputLine[]; bound: readonly Reader[]; boundTo: object };

const NOBODY: object = {};

export function planOutputs({ mosfets, outputs }: Settings): OutputPlan {
  const lines = [1, 2, 3, 4].flatMap((number) => {
    const key = number as 1 | 2 | 3 | 4;
    return [
      ...line(mosfets[`assignment${key}`], mosfets[`inversion${key}`], false, number - 1),
      ...line(outputs[`assignment${key}`], outputs[`inversion${key}`], true, number - 1),
    ];
  });
  return { lines, bound: [], boundTo: NOBODY };
}

function line(signal: Assignment, inverted: boolean, discrete: boolean, index: number): OutputLine[] {
  if (signal === "none") return [];
  return [
    {
      from: INTERNAL_SIGNALS[signal].from,
      discrete,
      index,
      inverted: inverted && (discrete || !CONTACTOR_SIGNALS.has(signal)) ? 1 : 0,
    },
  ];
}

/** Writes `commands.outputs` and `commands.discreteOutputs`. */
export function driveOutputs(bms: Bms): void {
  const { commands } = bms;
  const plan = bms.plan.decide.outputs;
  commands.outputs.fill(0);
  commands.discreteOutputs.fill(0);
  const mode = bms.decide.mode;
  if (mode === "off" || mode === "standby") return;
  if (plan.boundTo !== bms) bind(plan, bms);
  for (let i = 0; i < plan.lines.length; i++) {
    const { discrete, index, inverted } = plan.lines[i];
    const on = (plan.bound[i](bms) === 0 ? 0 : 1) ^ inverted;
    if (discrete) commands.discreteOutputs[index] = on;
    else commands.outputs[index] = on;
  }
}

function bind(plan: OutputPlan, bms: Bms): void {
  plan.bound = plan.lines.map(({ from }) => readerOf(bms, from));
  plan.boundTo = bms;
}
