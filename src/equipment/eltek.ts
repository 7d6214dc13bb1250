// Eltek Flatpack2: 29-bit identifiers, 125 kbit/s, lowest byte first. A supply says its serial number until it is logged in,
// is given a number by the login, and falls back to its own default voltage 13 s after the last one.

import { type CanFrame, extendedFrame } from "../base/can-frame.ts";
import type { Settings } from "../model/settings.ts";
import { type ChargerProtocol, statusOf } from "./charger.ts";
import { decodeRow, encodeRow, type FrameRow } from "./frame-row.ts";

type Command = "current_A" | "battery_V" | "charge_V" | "overvoltage_V";
type Status = "primary_degC" | "output_A" | "output_V" | "input_V" | "secondary_degC";

export const ELTEK_COMMAND = {
  id: 0x05ff_4004,
  extended: true,
  length: 8,
  title: "set point (0x05FF4005: rising within 60 s instead of 5)",
  fields: [
    {
      kind: "number",
      byte: 0,
      type: "u16",
      step: 0.1,
      unit: "A",
      of: "current_A",
      round: "down",
      help: "current limit",
    },
    { kind: "number", byte: 2, type: "u16", step: 0.01, unit: "V", of: "battery_V", help: "measured voltage" },
    {
      kind: "number",
      byte: 4,
      type: "u16",
      step: 0.01,
      unit: "V",
      of: "charge_V",
      round: "down",
      help: "while it shall stop: the battery's lowest voltage",
    },
    { kind: "number", byte: 6, type: "u16", step: 0.01, unit: "V", of: "overvoltage_V", round: "down" },
  ],
} as const satisfies FrameRow<Command>;

export const ELTEK_STATUS = {
  id: 0x0501_4004,
  extended: true,
  length: 8,
  title: "status of supply 1; last byte of the id: 04 normal, 08 warning, 0C alarm, 10 rising",
  fields: [
    { kind: "number", byte: 0, type: "s8", step: 1, unit: "degC", of: "primary_degC" },
    { kind: "number", byte: 1, type: "u16", step: 0.1, unit: "A", of: "output_A" },
    { kind: "number", byte: 3, type: "u16", step: 0.01, unit: "V", of: "output_V" },
    { kind: "number", byte: 5, type: "u16", step: 1, unit: "V", of: "input_V" },
    { kind: "number", byte: 7, type: "s8", step: 1, unit: "degC", of: "secondary_degC" },
  ],
} as const satisfies FrameRow<Status>;

const CODING = { order: "little", unavailable: "zero", steps: {} } as const;
/** Logged in anew at least this often; a supply logs itself out after 12.8 s. */
export const LOGIN_us = 4_000_000;
const SERIAL_BYTES = 6;
/** Marks a hello, before the serial number. */
const HELLO = 0x1b;
const ALARM = 0x0c;
const WARNING = 0x08;
/** Asks what the alarm, or the warning, is; the answer comes under the same id. */
const ASK_ALARMS = 8;
const ASK_WARNINGS = 4;
const ANSWER = 0x0e;

type State = {
  serial: Uint8Array | undefined;
  /** When the supply with this serial number was last heard. */
  heard_us: number;
  login_us: number;
  condition: number;
};

const ownId = (address: number): number => 0x0500_0000 + address * 0x1_0000;

/** Whether a frame is the status of the supply that the settings name; its condition is the last byte of the id. */
export const isEltekStatus = ({ eltekCharger }: Settings, { id, extended, remote }: CanFrame): boolean =>
  extended && !remote && id - (id % 0x100) === ownId(eltekCharger.address) + 0x4000;

export function createEltek(settings: Settings): ChargerProtocol {
  const { address, walkIn_s, overvoltage_V, receiveTimeout_ms } = settings.eltekCharger;
  const command = { ...ELTEK_COMMAND, id: walkIn_s === "5" ? 0x05ff_4004 : 0x05ff_4005 };
  const own = ownId(address);
  const never_us = Number.NEGATIVE_INFINITY;
  const state: State = { serial: undefined, heard_us: never_us, login_us: never_us, condition: 0 };
  const report: ChargerProtocol["report"] = {};
  const login = (now_us: number): CanFrame[] => {
    if (state.serial === undefined) return [];
    state.login_us = now_us;
    return [extendedFrame(0x0500_4800 + address * 4, Uint8Array.of(...state.serial, 0, 0))];
  };
  return {
    report,
    isFaulty: () => state.condition === ALARM,
    hear: (frame, now_us) => {
      if (!frame.extended || frame.remote) return undefined;
      const serial = serialIn(frame, own);
      if (serial !== undefined) {
        const isLost = now_us - state.heard_us > receiveTimeout_ms * 1000;
        if (state.serial !== undefined && !isSame(state.serial, serial) && !isLost) return undefined; // another supply
        state.serial = serial; // also of one that has been put in place of ours
        state.heard_us = now_us;
        return { isAlive: false, send: login(now_us) };
      }
      if (frame.id === own + 0xbffc && frame.length >= 5 && frame.data[0] === ANSWER) {
        report.errors = frame.data[3] + 256 * frame.data[4];
        return { isAlive: false };
      }
      if (!isEltekStatus(settings, frame) || frame.length < 8) return undefined;
      state.condition = frame.id % 0x100;
      state.heard_us = now_us;
      const said = decodeRow(ELTEK_STATUS, "little", frame.data);
      const { output_V = 0, output_A = 0 } = said;
      const fault = state.condition === ALARM ? "broken" : state.condition === WARNING ? "recoverable" : "none";
      Object.assign(report, said, { output_W: output_V * output_A, status: statusOf(output_A, fault) });
      if (fault === "none") report.errors = 0;
      return { isAlive: true };
    },
    command: ({ isAllowed, charge_V, charge_A, battery_V, rest_V }, now_us) => {
      const wish = { current_A: charge_A, battery_V, charge_V: isAllowed ? charge_V : rest_V, overvoltage_V };
      return [
        ...(now_us - state.login_us >= LOGIN_us ? login(now_us) : []),
        encodeRow(command, CODING, wish, {}),
        ...askWhatIsWrong(state, own),
      ];
    },
  };
}

/** The serial number in a hello or a request to be logged in. */
function serialIn({ id, length, data }: CanFrame, own: number): Uint8Array | undefined {
  if (id === own + 0x4400 && length >= SERIAL_BYTES) return data.slice(0, SERIAL_BYTES);
  const isHello = id - (id % 0x1_0000) === 0x0500_0000 && length === 8 && data[0] === HELLO && (id & 0xff00) !== 0x4800;
  return isHello ? data.slice(1, 1 + SERIAL_BYTES) : undefined;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => one.every((byte, i) => byte === other[i]);

const askWhatIsWrong = ({ condition }: State, own: number): CanFrame[] => {
  if (condition !== ALARM && condition !== WARNING) return [];
  return [extendedFrame(own + 0xbffc, Uint8Array.of(0x08, condition === ALARM ? ASK_ALARMS : ASK_WARNINGS, 0))];
};
