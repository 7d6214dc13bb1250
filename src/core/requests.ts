// What people and partners ask of the device. A request is taken by the next tick, in order, and gets one answer.
// Nothing else reaches the core from outside but the sensors: both together replay a device bit for bit.

import type { Asking } from "../model/asking.ts";
import type { PartnerReport } from "../model/partner-reports.ts";
import type { LogReport, PortsReport, StoreReport, TransmissionReport } from "./equipment.ts";

export type Request =
  | Asking
  | PartnerReport
  /** What the log has sent. */
  | { readonly kind: "transmission"; readonly report: Readonly<Partial<TransmissionReport>> }
  /** How the log on disk fares. */
  | { readonly kind: "log"; readonly report: Readonly<Partial<LogReport>> }
  /** Whether settings, state and journal are being saved. */
  | { readonly kind: "store"; readonly report: Readonly<Partial<StoreReport>> }
  /** How the ports of field buses fare. */
  | { readonly kind: "ports"; readonly report: Readonly<Partial<PortsReport>> };
