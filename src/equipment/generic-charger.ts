// A charger whose frames are given by settings: for makers whose byte tables are not public, and for what they call their own.

import { type CanFrame, extendedFrame, standardFrame } from "../base/can-frame.ts";
import type { Settings } from "../model/settings.ts";
import { type ChargerProtocol, statusOf } from "./charger.ts";
import { getRaw, putRaw } from "./frame-row.ts";

const MOST_RAW = 0xffff;
const HAIR = 1e-6;
const raw = (value: number, step: number): number => Math.min(MOST_RAW, Math.max(0, Math.floor(value / step + HAIR)));

export function createGenericCharger(settings: Settings): ChargerProtocol {
  const g = settings.genericCharger;
  const state = { faults: 0 };
  const report: ChargerProtocol["report"] = {};
  const read = (data: Uint8Array, byte: number, step: number): number =>
    getRaw(data, byte, 2, g.byteOrder, false) * step;
  return {
    report,
    isFaulty: () => state.faults !== 0,
    hear: (frame) => {
      if (frame.id !== g.statusId || frame.extended !== g.extended || frame.remote) return undefined;
      const output_V = read(frame.data, g.outputVoltageByte, g.voltageStep_V);
      const output_A = read(frame.data, g.outputCurrentByte, g.currentStep_A);
      state.faults = g.faultByte < 0 ? 0 : (frame.data[g.faultByte] ?? 0) & g.faultMask;
      if (!Number.isNaN(output_V)) report.output_V = output_V;
      if (!Number.isNaN(output_A)) report.output_A = output_A;
      if (!Number.isNaN(output_V * output_A)) report.output_W = output_V * output_A;
      report.errors = state.faults;
      report.status = statusOf(output_A, state.faults === 0 ? "none" : "recoverable");
      return { isAlive: true };
    },
    command: ({ isAllowed, charge_V, charge_A }) => [commandOf(g, isAllowed, charge_V, charge_A)],
  };
}

function commandOf(g: Settings["genericCharger"], isAllowed: boolean, charge_V: number, charge_A: number): CanFrame {
  const data = new Uint8Array(g.length);
  putRaw(data, g.voltageByte, 2, g.byteOrder, raw(charge_V, g.voltageStep_V));
  putRaw(data, g.currentByte, 2, g.byteOrder, raw(charge_A, g.currentStep_A));
  if (g.controlByte >= 0) data[g.controlByte] = isAllowed ? g.startValue : g.stopValue;
  return g.extended ? extendedFrame(g.commandId, data) : standardFrame(g.commandId, data);
}
