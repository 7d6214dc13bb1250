// What people and partners ask of the device. A request is taken by the next tick, in order, and gets one answer.
// Nothing else reaches the core from outside but the sensors: both together replay a device bit for bit.

import type { CommandName } from "../model/commands.ts";
import type { FaultName } from "../model/faults.ts";
import type { InputSignalName } from "../model/input-signals.ts";
import type { SettingValue, Violation } from "../model/settings.ts";
import type { ChargerReport, LogReport, StoreReport, TransmissionReport } from "./equipment.ts";

export type Request =
  /** Change settings by dotted name, all or none. */
  | { readonly kind: "set"; readonly changes: Readonly<Record<string, SettingValue>>; readonly actor?: string }
  /** Drive an input signal by software: 0 off, 1 on, 2 or more: follow the physical input again. */
  | { readonly kind: "override"; readonly signal: InputSignalName; readonly value: number }
  /** Acknowledge errors: a locked error that is healthy again is released. */
  | { readonly kind: "acknowledge"; readonly faults: readonly FaultName[] | "all" }
  | { readonly kind: "command"; readonly command: CommandName; readonly argument?: number }
  /** A charger on a bus is online (or lost). */
  | {
      readonly kind: "charger";
      readonly online: boolean;
      readonly faulty?: boolean;
      readonly report?: Readonly<Partial<ChargerReport>>;
    }
  /** A vehicle or inverter on a bus is online (or lost); `shutdown`: the vehicle orders the discharging contactor open. */
  | { readonly kind: "partner"; readonly online: boolean; readonly shutdown?: boolean }
  /** What the log has sent. */
  | { readonly kind: "transmission"; readonly report: Readonly<Partial<TransmissionReport>> }
  /** How the log on disk fares. */
  | { readonly kind: "log"; readonly report: Readonly<Partial<LogReport>> }
  /** Whether settings, state and journal are being saved. */
  | { readonly kind: "store"; readonly report: Readonly<Partial<StoreReport>> }
  /** A sample of the current shunt on the bus, charging positive. */
  | { readonly kind: "shunt"; readonly current_A: number };

export type Answer =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly violations?: readonly Violation[] };
