// A hybrid inverter by the documents: takes limits from 0x351 (Pylontech, SMA, Victron, Goodwe) or 0x311 (Growatt), heeds alarms
// and flags, answers as its kind does, and stops both ways when the battery falls silent. What it would like to do changes
// with sun and load.

import { type CanFrame, standardFrame } from "../../base/can-frame.ts";
import { type BusPartner, type Delayed, note, seen, VIRTUOUS, type Vices } from "./bus-partner.ts";

export type InverterKind = "pylontech" | "sma" | "victron" | "growatt";

export type HybridConfig = {
  readonly kind: InverterKind;
  /** How much sun and load want, A, and how long each has its turn. */
  readonly sun_A: number;
  readonly load_A: number;
  readonly turn_s: number;
  /** Without limits for so long it stops. */
  readonly silence_s: number;
  readonly vices: Vices;
};

export const HYBRID: HybridConfig = {
  kind: "pylontech",
  sun_A: 30,
  load_A: 40,
  turn_s: 30,
  silence_s: 60,
  vices: VIRTUOUS,
};

type Heard = {
  readonly limit_V: number;
  readonly charge_A: number;
  readonly discharge_A: number;
  readonly mayCharge: boolean;
  readonly mayDischarge: boolean;
  readonly hasAlarm: boolean;
};
const NOTHING: Heard = {
  limit_V: 0,
  charge_A: 0,
  discharge_A: 0,
  mayCharge: false,
  mayDischarge: false,
  hasAlarm: false,
};
const SAYS_us = 1_000_000;

const low = (data: Uint8Array, at: number): number => data[at] + 256 * data[at + 1];
const high = (data: Uint8Array, at: number): number => 256 * data[at] + data[at + 1];

export function createHybridInverter(config: HybridConfig = HYBRID): BusPartner {
  const { vices, kind } = config;
  const heard: Delayed<Heard> = { entries: [] };
  const state = {
    latest: { ...NOTHING, mayCharge: true, mayDischarge: true } as Heard,
    limits_us: Number.NEGATIVE_INFINITY,
    said_us: Number.NEGATIVE_INFINITY,
    now_us: 0,
    battery_V: 0,
  };
  const take = (change: Partial<Heard>, now_us: number): void => {
    state.latest = { ...state.latest, ...change };
    note(heard, state.latest, now_us);
  };
  const obeyed = (): Heard => {
    if (vices.ignoresSilence || state.now_us - state.limits_us <= config.silence_s * 1e6)
      return seen(heard, vices.delay_us, state.now_us) ?? NOTHING;
    return NOTHING;
  };
  let wanted: "charging" | "discharging" | "none" = "none";
  const sunny = (): boolean => wanted === "charging" || (wanted === "none" && isSunTurn());
  const isSunTurn = (): boolean => Math.floor(state.now_us / 1e6 / config.turn_s) % 2 === 0;
  return {
    wants: (flow) => {
      wanted = flow;
    },
    hear: (frame, now_us) => {
      if (frame.extended || frame.remote) return;
      const change = understood(kind, frame);
      if (change === undefined) return;
      if (change.limit_V !== undefined) state.limits_us = now_us;
      take(change, now_us);
    },
    live: (now_us, battery_V, current_A) => {
      state.now_us = now_us;
      state.battery_V = battery_V;
      if (vices.isMute || now_us - state.said_us < SAYS_us) return [];
      state.said_us = now_us;
      return says(kind, battery_V, current_A);
    },
    charge_A: () => {
      const { limit_V, charge_A, mayCharge, hasAlarm } = obeyed();
      if (!sunny()) return 0;
      if (vices.ignoresLimits) return config.sun_A;
      const stopped = !mayCharge || hasAlarm || charge_A <= 0 || limit_V <= state.battery_V;
      if (stopped) return vices.ignoresStop ? Math.min(config.sun_A, 5) : 0;
      return Math.min(config.sun_A, charge_A);
    },
    charge_V: () => (vices.ignoresLimits || vices.ignoresStop ? 1000 : obeyed().limit_V),
    discharge_A: () => {
      const { discharge_A, mayDischarge, hasAlarm } = obeyed();
      if (sunny()) return 0;
      if (vices.ignoresLimits) return config.load_A;
      if (!mayDischarge || hasAlarm || discharge_A <= 0) return vices.ignoresStop ? Math.min(config.load_A, 5) : 0;
      return Math.min(config.load_A, discharge_A);
    },
  };
}

/** What a frame of a battery says. */
function understood(kind: InverterKind, { id, data }: CanFrame): Partial<Heard> | undefined {
  if (kind === "growatt") {
    if (id !== 0x311 || data.length < 8) return undefined;
    const state = data[7];
    return {
      limit_V: high(data, 0) / 10,
      charge_A: high(data, 2) / 10,
      discharge_A: high(data, 4) / 10,
      mayCharge: (state & 0x40) !== 0,
      mayDischarge: (state & 0x20) !== 0,
      hasAlarm: (state & 4) !== 0,
    };
  }
  if (id === 0x351 && data.length >= 6)
    return { limit_V: low(data, 0) / 10, charge_A: low(data, 2) / 10, discharge_A: low(data, 4) / 10 };
  if (kind === "pylontech" && id === 0x35c && data.length >= 1)
    return { mayCharge: (data[0] & 0x80) !== 0, mayDischarge: (data[0] & 0x40) !== 0 };
  if (kind === "pylontech" && id === 0x359 && data.length >= 2) return { hasAlarm: data[0] !== 0 || data[1] !== 0 };
  if (kind !== "pylontech" && id === 0x35a && data.length >= 4)
    return { hasAlarm: [0, 1, 2, 3].some((byte) => [0, 2, 4, 6].some((bit) => ((data[byte] >> bit) & 3) === 1)) };
  return undefined;
}

function says(kind: InverterKind, battery_V: number, current_A: number): readonly CanFrame[] {
  if (kind === "growatt") return [standardFrame(0x301, Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88))];
  if (kind === "pylontech") return [standardFrame(0x305, new Uint8Array(8))];
  const [v, a] = [Math.round(battery_V * 10), Math.round(-current_A * 10) & 0xffff]; // negative while charging
  const measured = Uint8Array.of(v & 255, v >> 8, a & 255, a >> 8, 0, 0, 0, 0);
  return [standardFrame(0x305, measured), standardFrame(0x307, Uint8Array.of(0, 0, 0, 0, 0x56, 0x49, 0x43, 0))];
}
