// A TC or Elcon charger by its maker's sheet: obeys 0x1806E5F4, says its status as 0x18FF50E5 each second, stops when no
// command has come for 5 s and goes on by itself with the next one.

import { type CanFrame, extendedFrame } from "../../base/can-frame.ts";
import { type BusPartner, type Delayed, note, seen, VIRTUOUS, type Vices } from "./bus-partner.ts";

export type ElconConfig = {
  /** What it is able to give. */
  readonly most_A: number;
  readonly most_V: number;
  /** Below this it finds no battery at its terminals and keeps its output off. */
  readonly least_V: number;
  readonly vices: Vices;
};

export type ElconCharger = BusPartner & {
  /** Its plug is pulled: it says and gives nothing; or it is put back. */
  readonly plug: (isIn: boolean) => void;
  /** Bits of a fault of its own. */
  readonly breakWith: (bits: number) => void;
};

type Order = { readonly volts: number; readonly amperes: number; readonly stop: boolean };
const COMMAND = 0x1806e5f4;
const STATUS = 0x18ff50e5;
const SILENCE_us = 5_000_000;
const STATUS_us = 1_000_000;
/** A set point so far below the battery gives nothing. */
const BELOW_V = 0.3;
const STOPPED: Order = { volts: 0, amperes: 0, stop: true };

export const ELCON: ElconConfig = { most_A: 60, most_V: 80, least_V: 10, vices: VIRTUOUS };

export function createElconCharger(config: ElconConfig = ELCON): ElconCharger {
  const { vices } = config;
  const orders: Delayed<Order> = { entries: [] };
  const state = {
    heard_us: Number.NEGATIVE_INFINITY,
    said_us: Number.NEGATIVE_INFINITY,
    isIn: true,
    broken: 0,
    order: STOPPED,
    battery_V: 0,
    silent: true,
  };
  const runs = (): boolean => {
    if (
      !state.isIn ||
      state.broken !== 0 ||
      (state.silent && !vices.ignoresSilence) ||
      state.battery_V < config.least_V
    )
      return false;
    if (state.order.volts < state.battery_V - BELOW_V && !vices.ignoresLimits && !vices.ignoresStop) return false;
    return !state.order.stop || vices.ignoresStop;
  };
  return {
    plug: (isIn) => {
      state.isIn = isIn;
    },
    breakWith: (bits) => {
      state.broken = bits;
    },
    hear: ({ id, extended, data }, now_us) => {
      if (id !== COMMAND || !extended || data.length < 5 || !state.isIn) return;
      state.heard_us = now_us;
      note(
        orders,
        { volts: (data[0] * 256 + data[1]) / 10, amperes: (data[2] * 256 + data[3]) / 10, stop: data[4] !== 0 },
        now_us,
      );
    },
    live: (now_us, battery_V, current_A) => {
      state.battery_V = battery_V;
      state.silent = now_us - state.heard_us > SILENCE_us;
      state.order = seen(orders, vices.delay_us, now_us) ?? STOPPED;
      if (!state.isIn || vices.isMute || now_us - state.said_us < STATUS_us) return [];
      state.said_us = now_us;
      return [
        statusOf(
          battery_V,
          Math.max(0, current_A),
          state.broken + (battery_V < config.least_V ? 8 : 0) + (state.silent ? 16 : 0),
        ),
      ];
    },
    charge_A: () =>
      runs()
        ? vices.ignoresLimits || (vices.ignoresStop && state.order.stop)
          ? config.most_A
          : Math.min(config.most_A, state.order.amperes)
        : 0,
    charge_V: () =>
      Math.min(config.most_V, vices.ignoresLimits || state.order.stop ? config.most_V : state.order.volts),
    discharge_A: () => 0,
  };
}

function statusOf(volts: number, amperes: number, bits: number): CanFrame {
  const [v, a] = [Math.round(volts * 10), Math.round(amperes * 10)];
  return extendedFrame(STATUS, Uint8Array.of(v >> 8, v & 255, a >> 8, a & 255, bits, 0, 0, 0));
}
