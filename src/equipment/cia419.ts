// A CANopen charger in the manner of CiA 419 with the PDO mapping of Delta-Q's ICL and RC series, lowest byte first. The
// battery's heartbeat, which such a charger watches, is that of this device's CANopen node (can.heartbeat_ms).

import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import type { Settings } from "../model/settings.ts";
import { type ChargerProtocol, statusOf } from "./charger.ts";
import { decodeRow, encodeRow, type FrameRow, isOfRow } from "./frame-row.ts";

type Request = "soc" | "cycle" | "charge_V" | "charge_A" | "isReady";
type Measured = "current_A" | "battery_V" | "temperature_degC";
type Status = "output_A" | "output_V" | "isShutDown" | "isDerating" | "hasMains" | "isEnabled" | "indication";
type Detail = "errors" | "input_V";

/** Ids are those of node 0: the charger's node id is added. */
export const CIA419_REQUEST = {
  id: 0x200,
  length: 8,
  title: "request (RPDO 1)",
  fields: [
    { kind: "number", byte: 1, type: "u8", step: 0.01, unit: "ratio", of: "soc", help: "0xFF: not known" },
    { kind: "bits", byte: 2, bit: 0, bits: 8, of: "cycle", help: "0 none, 1 charge" },
    { kind: "number", byte: 3, type: "u16", step: 1 / 256, unit: "V", of: "charge_V", round: "down", always: true },
    { kind: "number", byte: 5, type: "u16", step: 1 / 16, unit: "A", of: "charge_A", round: "down", always: true },
    { kind: "bits", byte: 7, bit: 0, bits: 1, of: "isReady", help: "battery status: charging enabled" },
  ],
} as const satisfies FrameRow<Request>;

export const CIA419_MEASURED = {
  id: 0x300,
  length: 8,
  title: "measured by the battery (RPDO 2)",
  fields: [
    { kind: "number", byte: 2, type: "s16", step: 1 / 256, unit: "A", of: "current_A" },
    { kind: "number", byte: 4, type: "u16", step: 1 / 256, unit: "V", of: "battery_V" },
    {
      kind: "number",
      byte: 6,
      type: "s16",
      step: 0.125,
      offset: -40,
      unit: "degC",
      of: "temperature_degC",
      help: "cia419Charger.temperatureOffset_degC",
    },
  ],
} as const satisfies FrameRow<Measured>;

export const CIA419_STATUS = {
  id: 0x180,
  length: 8,
  title: "status (TPDO 1)",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 1 / 256, unit: "A", of: "output_A" },
    { kind: "number", byte: 2, type: "u16", step: 1 / 256, unit: "V", of: "output_V" },
    { kind: "bits", byte: 4, bit: 2, bits: 1, of: "isShutDown", help: "by hardware: a fault" },
    { kind: "bits", byte: 4, bit: 3, bits: 1, of: "isDerating" },
    { kind: "bits", byte: 4, bit: 4, bits: 1, of: "hasMains" },
    { kind: "bits", byte: 4, bit: 5, bits: 1, of: "isEnabled" },
    { kind: "bits", byte: 5, bit: 0, bits: 4, of: "indication", help: "0 inactive … 4 complete" },
  ],
} as const satisfies FrameRow<Status>;

export const CIA419_DETAIL = {
  id: 0x380,
  length: 8,
  title: "error and mains (TPDO 3)",
  fields: [
    { kind: "number", byte: 0, type: "u32", step: 1, unit: "", of: "errors" },
    { kind: "number", byte: 4, type: "u16", step: 1 / 16, unit: "V", of: "input_V" },
  ],
} as const satisfies FrameRow<Detail>;

const CODING = { order: "little", unavailable: "marker", steps: {} } as const;
const HEARTBEAT = 0x700;
/** States in a heartbeat (CiA 301): just started, and able to do nothing but be configured. */
const BOOT_UP = 0x00;
const PRE_OPERATIONAL = 0x7f;
const START = 0x01;
const COMPLETE = 4;

const ofNode = <R extends FrameRow<string>>(row: R, nodeId: number) => ({ ...row, id: row.id + nodeId });

/** The status with the node id of the charger that the settings name. */
export const cia419Status = ({ cia419Charger }: Settings) => ofNode(CIA419_STATUS, cia419Charger.nodeId);

export function createCia419(settings: Settings): ChargerProtocol {
  const { nodeId, temperatureOffset_degC, start } = settings.cia419Charger;
  const [request, measured] = [ofNode(CIA419_REQUEST, nodeId), ofNode(CIA419_MEASURED, nodeId)];
  const [status, detail] = [cia419Status(settings), ofNode(CIA419_DETAIL, nodeId)];
  const offset_degC = Number(temperatureOffset_degC) - CIA419_MEASURED.fields[2].offset;
  const state = { isShutDown: false };
  const report: ChargerProtocol["report"] = {};
  return {
    report,
    isFaulty: () => state.isShutDown,
    hear: (frame) => {
      if (frame.extended || frame.remote) return undefined;
      if (frame.id === HEARTBEAT + nodeId) return { isAlive: true, send: start ? startOf(frame, nodeId) : [] };
      if (isOfRow(detail, frame) && frame.length >= 6) {
        Object.assign(report, decodeRow(CIA419_DETAIL, "little", frame.data));
        return { isAlive: true };
      }
      if (!isOfRow(status, frame) || frame.length < 6) return undefined;
      const { output_V = 0, output_A = 0, isShutDown, indication } = decodeRow(CIA419_STATUS, "little", frame.data);
      state.isShutDown = isShutDown === 1;
      Object.assign(report, {
        output_V,
        output_A,
        output_W: output_V * output_A,
        voltageReached: indication === COMPLETE ? 1 : 0,
      });
      report.status = statusOf(output_A, state.isShutDown ? "broken" : "none");
      return { isAlive: true };
    },
    command: ({ isAllowed, charge_V, charge_A, soc, battery_V, current_A, temperature_degC }) => {
      const wish = { soc, cycle: isAllowed ? 1 : 0, charge_V, charge_A, isReady: isAllowed ? 1 : 0 };
      const seen = { current_A, battery_V, temperature_degC: temperature_degC - offset_degC };
      return [encodeRow(request, CODING, wish, {}), encodeRow(measured, CODING, seen, {})];
    },
  };
}

/** Starts a charger that waits to be started (NMT, CiA 301). */
function startOf({ data }: CanFrame, nodeId: number): CanFrame[] {
  const isWaiting = data[0] === BOOT_UP || data[0] === PRE_OPERATIONAL;
  return isWaiting ? [standardFrame(0x000, Uint8Array.of(START, nodeId))] : [];
}
