// Equipment on a bus without a device: a test says what the signals are, holds the clock and reads the frames.

import type { CanFrame } from "../../src/base/can-frame.ts";
import {
  createEquipment,
  type Equipment,
  type EquipmentStep,
  noteTick,
  poll,
  takeFrame,
} from "../../src/equipment/equipment.ts";
import type { PartnerReport } from "../../src/model/partner-reports.ts";
import { createSettings, type SettingValue } from "../../src/model/settings.ts";
import type { Identity, Shown } from "../../src/model/shown.ts";
import { BELIEFS, decidingFlags, IMAGE_PLACES, IMAGE_SIZE, putBelieved } from "../../src/model/signal-image.ts";
import { changeSettings } from "../../src/model/validation.ts";

export type EquipmentRig = {
  readonly equipment: Equipment;
  shown: Shown;
  now_us: number;
  readonly sent: CanFrame[];
  readonly told: PartnerReport[];
};

export const SETTINGS_OF = (changes: Readonly<Record<string, SettingValue>>) => {
  const changed = changeSettings(createSettings(), changes);
  if (!changed.ok) throw new Error(changed.violations.map(({ setting, reason }) => `${setting}: ${reason}`).join("; "));
  return changed.settings;
};

/** A battery that is well: 16 cells of LFP, 100 Ah, half full, that may take 50 A and give 100 A. */
const WELL: Readonly<Record<string, number>> = {
  ...{ soc: 0.5, soh: 1, battery_V: 52.8, current_A: 0, cycles: 12, minCell_V: 3.29, maxCell_V: 3.31, spread_V: 0.02 },
  ...{ minCell: 4, maxCell: 15, minTemperature_degC: 21, maxTemperature_degC: 23, minTemperatureIndex: 0 },
  ...{
    maxTemperatureIndex: 3,
    maximumCharge_V: 56.8,
    minimumDischarge_V: 44.8,
    chargeLimit_A: 50,
    dischargeLimit_A: 100,
  },
  ...{ "signal.allowCharging": 1, wantDischarge: 1, "signal.powerUp": 1, remaining_Ah: 50, effectiveCapacity_Ah: 100 },
  ...{ lifetimeReceived_Wh: 123_400, lifetimeDelivered_Wh: 100_000 },
};

export function createEquipmentRig(changes: Readonly<Record<string, SettingValue>>): EquipmentRig {
  const settings = SETTINGS_OF({ "equipment.rise_A_per_s": 0, ...changes });
  const image = new Float64Array(IMAGE_SIZE);
  const identity: Identity = {
    ...{ vendor: "", product: "", url: "", model: "" },
    ...{ hardware: [2, 1], firmware: [1, 0, 0], address: [], netmask: [], gateway: [] },
  };
  const shown: Shown = { image, settings, journal: { records: [], last: 0 }, identity };
  const rig: EquipmentRig = { equipment: createEquipment(settings), shown, now_us: 0, sent: [], told: [] };
  for (const [name, value] of Object.entries(WELL)) hold(rig, name, value);
  for (let cell = 0; cell < 18; cell++) {
    hold(rig, "cells_V", 3.3, cell);
    hold(rig, "cellTemperatures_degC", 22, cell);
  }
  return rig;
}

/** Sets a signal, believed. */
export const hold = (rig: EquipmentRig, name: string, value: number, element = 0): void =>
  putBelieved(rig.shown.image, name, value, element);

/** Nobody believes a signal any more. */
export function doubt(rig: EquipmentRig, name: string): void {
  const [flag] = decidingFlags(BELIEFS.get(name)!);
  rig.shown.image[IMAGE_PLACES.get(flag!)!.at] = 0;
}

export function setSettings(rig: EquipmentRig, changes: Readonly<Record<string, SettingValue>>): void {
  const changed = changeSettings(rig.shown.settings, changes);
  if (!changed.ok) throw new Error(changed.violations.map(({ reason }) => reason).join("; "));
  rig.shown = { ...rig.shown, settings: changed.settings };
}

function take(rig: EquipmentRig, { send, asks }: EquipmentStep): EquipmentStep {
  rig.sent.push(...send);
  rig.told.push(...asks);
  return { send, asks };
}

/** Lets time pass in ticks of the device, or with a device that stands still. @returns what was sent and told meanwhile */
export function pass(
  rig: EquipmentRig,
  ms: number,
  tick_ms = 10,
  isTicking = true,
): { sent: CanFrame[]; told: PartnerReport[] } {
  const [sent, told] = [rig.sent.length, rig.told.length];
  for (let left = ms; left > 0; left -= tick_ms) {
    rig.now_us += tick_ms * 1000;
    if (isTicking) noteTick(rig.equipment, rig.now_us);
    take(rig, poll(rig.equipment, rig.shown, rig.now_us));
  }
  return { sent: rig.sent.slice(sent), told: rig.told.slice(told) };
}

export const give = (rig: EquipmentRig, frame: CanFrame): EquipmentStep =>
  take(rig, takeFrame(rig.equipment, frame, rig.shown, rig.now_us));

/** Bytes as people write them. */
export const hexOf = (data: Uint8Array): string =>
  [...data].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
export const bytes = (text: string): Uint8Array =>
  Uint8Array.from(text.split(" "), (byte) => Number.parseInt(byte, 16));

/** The bytes of the last frame with an id. */
export const lastOf = (rig: EquipmentRig, id: number): string => {
  const frame = rig.sent.findLast((sent) => sent.id === id);
  return frame === undefined ? "none" : hexOf(frame.data);
};
