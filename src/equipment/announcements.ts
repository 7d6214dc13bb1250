// What the device is told of its partners: once a second while they are there, and at once when something changes. A
// partner that has never been there is not mentioned: the core itself notices who is expected and never comes.

import type { ChargerReport, PartnerReport } from "../model/partner-reports.ts";
import type { Settings } from "../model/settings.ts";
import { CHARGER_STATUS, type Charger } from "./charger.ts";
import type { Inverter } from "./inverter.ts";

/** Often enough for the core's own time-outs: three in the shorter of them, and once a second. */
export const announcementPeriod_us = ({ equipment }: Settings): number =>
  Math.min(1_000_000, (Math.min(equipment.chargerTimeout_ms, equipment.partnerTimeout_ms) * 1000) / 3);

type Announced = { readonly words: string; readonly at_us: number };
export type Announcements = { charger: Announced | undefined; partner: Announced | undefined };

export const createAnnouncements = (): Announcements => ({ charger: undefined, partner: undefined });

/** What is to be told now. */
export function announce(
  announcements: Announcements,
  chargers: readonly Charger[],
  inverter: Inverter | undefined,
  period_us: number,
  now_us: number,
): PartnerReport[] {
  const charger = ofChargers(chargers, now_us);
  const partner = ofInverter(inverter);
  const told: PartnerReport[] = [];
  if (isDue(announcements.charger, charger.online, wordsOf(charger), period_us, now_us)) {
    announcements.charger = { words: wordsOf(charger), at_us: now_us };
    told.push(charger);
  }
  if (isDue(announcements.partner, partner.online, wordsOf(partner), period_us, now_us)) {
    announcements.partner = { words: wordsOf(partner), at_us: now_us };
    told.push(partner);
  }
  return told;
}

/** When silence would be too long. */
export const announcementDue_us = ({ charger, partner }: Announcements, period_us: number): number =>
  Math.min(toldAt_us(charger), toldAt_us(partner)) + period_us;
const toldAt_us = (announced: Announced | undefined): number =>
  announced === undefined || announced.words.startsWith(OFFLINE) ? Number.POSITIVE_INFINITY : announced.at_us;

type Told = Extract<PartnerReport, { kind: "charger" | "partner" }>;
const OFFLINE = "offline";

/** What makes a change worth telling at once; measured values wait for their second. */
const wordsOf = (told: Told): string =>
  told.kind === "charger"
    ? told.online
      ? `online ${told.faulty} ${told.connects}`
      : OFFLINE
    : `${told.online ? "online" : OFFLINE} ${told.shutdown}`;

function isDue(
  before: Announced | undefined,
  online: boolean,
  words: string,
  period_us: number,
  now_us: number,
): boolean {
  if (before === undefined) return online;
  if (before.words !== words) return true;
  return online && now_us - before.at_us >= period_us;
}

function ofChargers(chargers: readonly Charger[], now_us: number): Extract<PartnerReport, { kind: "charger" }> {
  const online = chargers.filter(({ link }) => link.isOnline);
  if (online.length === 0) return { kind: "charger", online: false, report: { status: CHARGER_STATUS.offline } };
  return {
    kind: "charger",
    online: true,
    faulty: online.some(({ protocol }) => protocol.isFaulty(now_us)),
    connects: online.some(({ connects }) => connects),
    report: joined(online),
  };
}

/** Currents and powers of several chargers add up; of the rest the first one's counts. */
const SUMS = ["output_A", "output_W", "input_A", "maximum_W"] as const;

function joined(online: readonly Charger[]): Partial<ChargerReport> {
  const report: Partial<ChargerReport> = { ...online[0].protocol.report };
  for (const { protocol } of online.slice(1))
    for (const key of SUMS) {
      const more = protocol.report[key];
      if (more !== undefined) report[key] = (report[key] ?? 0) + more;
    }
  return report;
}

const ofInverter = (inverter: Inverter | undefined): Extract<PartnerReport, { kind: "partner" }> => ({
  kind: "partner",
  online: inverter?.link.isOnline === true,
  shutdown: inverter?.wantsShutdown === true,
});
