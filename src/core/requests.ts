// What people and partners ask of the device. A request is taken by the next tick, in order, and gets one answer.
// Nothing else reaches the core from outside but the sensors: both together replay a device bit for bit.

import type { Asking } from "../model/asking.ts";
import type { ChargerReport, LogReport, PortsReport, StoreReport, TransmissionReport } from "./equipment.ts";

export type Request =
  | Asking
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
  /** How the ports of field buses fare. */
  | { readonly kind: "ports"; readonly report: Readonly<Partial<PortsReport>> }
  /** A sample of the current shunt on the bus, charging positive. */
  | { readonly kind: "shunt"; readonly current_A: number };
