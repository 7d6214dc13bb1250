// Inverter, chargers and shunt on one bus: takes frames and the time, and says what to send, what the device is to be told
// and when it wants to be called again. What may be charged is shared out here, so that all together ask for no more than
// the battery may take.

import type { CanFrame } from "../base/can-frame.ts";
import type { PartnerReport } from "../model/partner-reports.ts";
import type { Settings } from "../model/settings.ts";
import type { Shown } from "../model/shown.ts";
import {
  type Announcements,
  announce,
  announcementDue_us,
  announcementPeriod_us,
  createAnnouncements,
} from "./announcements.ts";
import {
  type Charger,
  type ChargerGroup,
  type ChargerProtocol,
  chargerDue_us,
  commandCharger,
  createCharger,
  dismissCharger,
  hearCharger,
  stepCharger,
} from "./charger.ts";
import { createCia419 } from "./cia419.ts";
import { createElcon } from "./elcon.ts";
import { createEltek } from "./eltek.ts";
import { createGenericCharger } from "./generic-charger.ts";
import {
  ageInverter,
  allFrames,
  createInverter,
  dueFrames,
  hearInverter,
  type Inverter,
  inverterDue_us,
  type Told,
} from "./inverter.ts";
import { INVERTER_PROFILES } from "./inverter-profiles.ts";
import { createLimits, type Limits, stepLimits } from "./limits.ts";
import { readSignal } from "./reading.ts";
import { shuntCurrent_A } from "./shunt.ts";

export type Equipment = {
  settings: Settings;
  inverter: Inverter | undefined;
  chargers: Charger[];
  readonly limits: Limits;
  readonly announcements: Announcements;
};

/** What the owner of the bus has to do: send frames, hand reports to the device. */
export type EquipmentStep = { readonly send: readonly CanFrame[]; readonly asks: readonly PartnerReport[] };
const NOTHING: EquipmentStep = { send: [], asks: [] };

const PROTOCOLS: Readonly<Record<ChargerGroup, (settings: Settings) => ChargerProtocol>> = {
  j1939Charger: createElcon,
  eltekCharger: createEltek,
  cia419Charger: createCia419,
  genericCharger: createGenericCharger,
};
const GROUPS = ["j1939Charger", "eltekCharger", "cia419Charger", "genericCharger"] as const;

export const createEquipment = (settings: Settings): Equipment => ({
  settings,
  inverter: inverterOf(settings, undefined, undefined),
  chargers: GROUPS.flatMap((group) => chargerOf(group, settings, undefined, undefined)),
  limits: createLimits(),
  announcements: createAnnouncements(),
});

/**
 * Other settings: partners whose own settings are the same go on as they are, others begin anew.
 * @returns chargers that are gone, or that have got another address or other limits: they are to be stopped as they were
 */
export function changeEquipment(equipment: Equipment, settings: Settings): readonly Charger[] {
  const before = equipment.settings;
  equipment.inverter = inverterOf(settings, equipment.inverter, before);
  const { chargers } = equipment;
  equipment.chargers = GROUPS.flatMap((group) =>
    chargerOf(
      group,
      settings,
      chargers.find((charger) => charger.group === group),
      before,
    ),
  );
  equipment.settings = settings;
  return chargers.filter((charger) => !equipment.chargers.includes(charger));
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function inverterOf(
  settings: Settings,
  inverter: Inverter | undefined,
  before: Settings | undefined,
): Inverter | undefined {
  const { profile } = settings.inverter;
  if (profile === "none") return undefined;
  if (inverter === undefined || !isSame(before?.inverter, settings.inverter))
    return createInverter(INVERTER_PROFILES[profile], settings);
  inverter.settings = settings;
  return inverter;
}

function chargerOf(
  group: ChargerGroup,
  settings: Settings,
  charger: Charger | undefined,
  before: Settings | undefined,
): Charger[] {
  if (!settings[group].enable) return [];
  if (charger !== undefined && isSame(before?.[group], settings[group])) return [charger];
  return [createCharger(group, settings, PROTOCOLS[group](settings))];
}

/** The device has ticked: what it shows is of now. Without ticks partners are told limits of 0 after a second. */
export function noteTick({ limits }: Equipment, now_us: number): void {
  limits.ticked_us = now_us;
}

/** Takes a frame from the bus. Frames for nobody here are ignored. */
export function takeFrame(equipment: Equipment, frame: CanFrame, shown: Shown, now_us: number): EquipmentStep {
  const current_A = shuntCurrent_A(equipment.settings, frame);
  if (current_A !== undefined) return { send: [], asks: [{ kind: "shunt", current_A }] };
  const { inverter } = equipment;
  const said = inverter === undefined ? "ignored" : hearInverter(inverter, frame, now_us);
  if (inverter !== undefined && said !== "ignored") {
    settle(equipment, shown, now_us);
    const send = said === "asked" ? allFrames(inverter, toldTo(inverter, equipment, shown), now_us) : [];
    return { send, asks: reports(equipment, now_us) };
  }
  for (const charger of equipment.chargers) {
    const send = hearCharger(charger, frame, now_us);
    if (send !== undefined) return { send, asks: reports(equipment, now_us) };
  }
  return NOTHING;
}

/** Lets time pass: at the latest when the next deadline says, and after each tick of the device, so that no stop waits. */
export function poll(equipment: Equipment, shown: Shown, now_us: number): EquipmentStep {
  const left = shown.settings === equipment.settings ? [] : changeEquipment(equipment, shown.settings);
  settle(equipment, shown, now_us);
  const { inverter, chargers, limits } = equipment;
  const signals = signalsFor(shown);
  const send = left.flatMap((charger) => dismissCharger(charger, signals, now_us));
  send.push(...chargers.flatMap((charger) => commandCharger(charger, limits.isChargeAllowed, signals, now_us)));
  if (inverter !== undefined) send.push(...dueFrames(inverter, toldTo(inverter, equipment, shown), now_us));
  return { send, asks: reports(equipment, now_us) };
}

/** What to send before nothing is sent any more: chargers that charge are stopped, some would go on for a while. */
export function farewell({ chargers }: Equipment, shown: Shown, now_us: number): readonly CanFrame[] {
  const signals = signalsFor(shown);
  return chargers.flatMap((charger) => dismissCharger(charger, signals, now_us));
}

/** When `poll` is wanted at the latest, if no tick comes before. */
export function nextDeadline_us({ inverter, chargers, announcements, settings }: Equipment): number {
  const partners = chargers.map(chargerDue_us);
  if (inverter !== undefined) partners.push(inverterDue_us(inverter));
  return Math.min(announcementDue_us(announcements, announcementPeriod_us(settings)), ...partners);
}

/** Limits, ages and shares as of now. */
function settle(equipment: Equipment, shown: Shown, now_us: number): void {
  const { limits, chargers, inverter, settings } = equipment;
  const { rise_A_per_s } = settings.equipment;
  stepLimits(limits, shown.image, rise_A_per_s, now_us);
  const share_A = chargers.length === 0 ? 0 : limits.charge_A / chargers.length;
  for (const charger of chargers) stepCharger(charger, share_A, rise_A_per_s, now_us);
  if (inverter !== undefined) ageInverter(inverter, now_us);
}

const NO_LIMITS = { charge_A: 0, discharge_A: 0, isChargeAllowed: false, isDischargeAllowed: false } as const;

/** An inverter has what chargers leave; one that is expected and silent has nothing. */
function toldTo({ link }: Inverter, { limits, chargers, settings }: Equipment, { image }: Shown): Told {
  const isMissed = settings.equipment.partnerExpected && !link.isOnline;
  const asked_A = chargers.reduce((sum, charger) => sum + charger.asked_A, 0);
  return {
    image,
    limits: isMissed ? { ...limits, ...NO_LIMITS } : limits,
    charge_A: isMissed ? 0 : Math.max(0, limits.charge_A - asked_A),
  };
}

const reports = ({ chargers, inverter, announcements, settings }: Equipment, now_us: number): PartnerReport[] =>
  announce(announcements, chargers, inverter, announcementPeriod_us(settings), now_us);

function signalsFor({ image, settings: { battery } }: Shown) {
  const [soc, battery_V, current_A] = [
    readSignal(image, "soc"),
    readSignal(image, "battery_V"),
    readSignal(image, "current_A"),
  ];
  const temperature_degC = readSignal(image, "maxTemperature_degC");
  const most_V = readSignal(image, "maximumCharge_V") || battery.cells * battery.chargeVoltage_V; // 0 before the first tick
  return { most_V, soc, battery_V, current_A, temperature_degC, rest_V: battery.cells * battery.dischargeVoltage_V };
}
