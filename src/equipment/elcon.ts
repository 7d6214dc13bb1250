// TC, Elcon and HK chargers: J1939 in form, 29-bit identifiers, 250 kbit/s (models of 6.6 kW: 500), highest byte first.
// Without a command for 5 s they stop, and go on by themselves with the next one (Elcon, CAN commands).

import { elconAddress, elconCommandId, elconStatusId } from "../model/can-partners.ts";
import type { Settings } from "../model/settings.ts";
import { type ChargerProtocol, statusOf } from "./charger.ts";
import { decodeRow, encodeRow, type FrameRow, isOfRow } from "./frame-row.ts";
import { createJ1939 } from "./j1939.ts";

type Command = "charge_V" | "charge_A" | "isStopped";
type Status = "output_V" | "output_A" | "hasFailed" | "isHot" | "hasWrongInput" | "seesNoBattery" | "missesUs";

export const ELCON_COMMAND = {
  id: 0x1806_e5f4,
  extended: true,
  length: 8,
  title: "command, to charger 1 from 0xF4",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.1, unit: "V", of: "charge_V", round: "down" },
    { kind: "number", byte: 2, type: "u16", step: 0.1, unit: "A", of: "charge_A", round: "down" },
    { kind: "bits", byte: 4, bit: 0, bits: 8, of: "isStopped", help: "0: charge, 1: stop" },
  ],
} as const satisfies FrameRow<Command>;

export const ELCON_STATUS = {
  id: 0x18ff_50e5,
  extended: true,
  length: 8,
  title: "status, of charger 1",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.1, unit: "V", of: "output_V" },
    { kind: "number", byte: 2, type: "u16", step: 0.1, unit: "A", of: "output_A" },
    { kind: "bits", byte: 4, bit: 0, bits: 1, of: "hasFailed", help: "hardware failure: a fault" },
    { kind: "bits", byte: 4, bit: 1, bits: 1, of: "isHot", help: "over-temperature: a fault" },
    { kind: "bits", byte: 4, bit: 2, bits: 1, of: "hasWrongInput", help: "input voltage wrong: a fault" },
    {
      kind: "bits",
      byte: 4,
      bit: 3,
      bits: 1,
      of: "seesNoBattery",
      help: "no battery detected: no fault, so it is while contactors are open",
    },
    { kind: "bits", byte: 4, bit: 4, bits: 1, of: "missesUs", help: "it misses our command: no fault of its own" },
  ],
} as const satisfies FrameRow<Status>;

const CODING = { order: "big", unavailable: "zero", steps: {} } as const;
/** Bits of the status that are faults of the charger. */
const FAULT_BITS = 0b111;

export function createElcon(settings: Settings): ChargerProtocol {
  const command = { ...ELCON_COMMAND, id: elconCommandId(settings) };
  const status = { ...ELCON_STATUS, id: elconStatusId(settings) };
  const address = elconAddress(settings);
  const j1939 = createJ1939(
    settings.j1939Charger.sourceAddress,
    address,
    settings.j1939Charger.claim,
    settings.user.serialNumber,
  );
  const state = { bits: 0 };
  const report: ChargerProtocol["report"] = {};
  return {
    report,
    isFaulty: (now_us) => (state.bits & FAULT_BITS) !== 0 || j1939.hasFault(now_us),
    hear: (frame, now_us) => {
      if (!isOfRow(status, frame) || frame.length < 5) {
        const send = j1939.hear(frame, now_us);
        if (send !== undefined) report.errors = state.bits + 256 * j1939.faultNumber(now_us);
        return send === undefined ? undefined : { isAlive: false, send };
      }
      const { output_V = 0, output_A = 0 } = decodeRow(status, "big", frame.data);
      state.bits = frame.data[4];
      const fault = (state.bits & 1) === 1 ? "broken" : (state.bits & FAULT_BITS) !== 0 ? "recoverable" : "none";
      Object.assign(report, { output_V, output_A, output_W: output_V * output_A, status: statusOf(output_A, fault) });
      report.errors = state.bits + 256 * j1939.faultNumber(now_us);
      return { isAlive: true };
    },
    command: ({ isAllowed, charge_V, charge_A }, now_us) => {
      const claims = j1939.claim(now_us);
      if (!j1939.maySpeak(now_us)) return claims;
      return [...claims, encodeRow(command, CODING, { charge_V, charge_A, isStopped: isAllowed ? 0 : 1 }, {})];
    },
  };
}
