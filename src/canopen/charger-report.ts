// A CiA 419 charger that writes its status (6001h) to this battery is a charger on a bus: what the device is told of it, at once when the
// status changes, and again before the core would take it for lost. Only where the PDOs of CiA 418 are in use (canopen.pdoSet): on other
// buses whoever writes 6001h is no charger.

import type { PartnerReport } from "../model/partner-reports.ts";
import type { Settings } from "../model/settings.ts";
import type { ChargerReports } from "./application.ts";

/** What has been told last. */
export type ChargerTold = { count: number; status: number; at_us: number };

export const createChargerTold = (): ChargerTold => ({ count: 0, status: -1, at_us: Number.NEGATIVE_INFINITY });

/** 6001h bit 0. */
const ACTIVE = 1;
/** Words of the signal chargerStatus: 1 no charge, 2 charge. */
const CODES = { idle: 1, active: 2 } as const;

/** What is to be told now; undefined: nothing. */
export function chargerReport(
  charger: ChargerReports,
  told: ChargerTold,
  { canopen, equipment }: Settings,
  now_us: number,
): PartnerReport | undefined {
  if (canopen.pdoSet === "vendor" || charger.count === told.count) return undefined;
  const period_us = (equipment.chargerTimeout_ms * 1000) / 3;
  if (charger.status === told.status && now_us - told.at_us < period_us) return undefined;
  Object.assign(told, { count: charger.count, status: charger.status, at_us: now_us });
  const isActive = (charger.status & ACTIVE) !== 0;
  return { kind: "charger", online: true, report: { status: isActive ? CODES.active : CODES.idle } };
}
