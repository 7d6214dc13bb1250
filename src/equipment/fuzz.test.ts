// Whatever comes over the bus, nothing throws, and what the device is told is finite.

import { expect, test } from "vitest";
import { createEquipmentRig, give, pass } from "../../tests/rigs/equipment.ts";
import type { CanFrame } from "../base/can-frame.ts";
import { between, createRandom, type Random, uniform } from "../base/random.ts";
import type { SettingValue } from "../model/settings.ts";

const CHARGERS = {
  "j1939Charger.enable": true,
  "j1939Charger.claim": true,
  "cia419Charger.enable": true,
  "shunt.enable": true,
};
const BUSES: readonly (readonly [string, Record<string, SettingValue>])[] = [
  ["victron and chargers", { "can.bitRate": "500", "inverter.profile": "victron", ...CHARGERS }],
  ["growatt and a shunt", { "can.bitRate": "500", "inverter.profile": "growatt", "shunt.enable": true }],
  ["luxpower", { "can.bitRate": "500", "inverter.profile": "luxpower" }],
  ["eltek", { "can.bitRate": "125", "eltekCharger.enable": true }],
  ["any other charger", { "genericCharger.enable": true }],
];
/** Identifiers that partners listen to, so that most frames are understood. */
const IDS = [0x305, 0x306, 0x307, 0x301, 0x300, 0x18a, 0x38a, 0x70a, 0x521];
const LONG_IDS = [
  0x18ff50e5, 0x18fecae5, 0x18eefff4, 0x18eafff9, 0x1cecffe5, 0x1cebffe5, 0x05001418, 0x05014004, 0x0501400c,
  0x0501bffc, 0x05014400,
];

function anyFrame(random: Random): CanFrame {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform(random) * list.length)]!;
  const extended = uniform(random) < 0.5;
  const stray = Math.floor(between(random, 0, extended ? 0x1fffffff : 0x7ff));
  const id = uniform(random) < 0.8 ? pick(extended ? LONG_IDS : IDS) : stray;
  const remote = uniform(random) < 0.05;
  const length = Math.floor(uniform(random) * 9);
  const data = Uint8Array.from({ length: remote ? 0 : length }, () => Math.floor(uniform(random) * 256));
  return { id, extended, remote, length, data };
}

const numbersIn = (value: unknown): number[] => {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

test.each(BUSES)("4000 frames of seed 11 to %s", (_, changes) => {
  const random = createRandom(11);
  const rig = createEquipmentRig(changes);
  for (let i = 0; i < 4000; i++) {
    give(rig, anyFrame(random));
    if (i % 10 === 0) pass(rig, 10);
    if (i % 100 === 99) rig.sent.length = 0;
  }
  for (const told of rig.told)
    for (const value of numbersIn(told)) expect(Number.isFinite(value), JSON.stringify(told)).toBe(true);
});
