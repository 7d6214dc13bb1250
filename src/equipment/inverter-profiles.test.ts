// SMA, Goodwe, Victron and Growatt byte for byte, with the numbers of their documents; and what holds for all profiles.

import { describe, expect, test } from "vitest";
import { createEquipmentRig, doubt, give, hexOf, hold, lastOf, pass } from "../../tests/rigs/equipment.ts";
import { standardFrame } from "../base/can-frame.ts";
import { INVERTER_IDS, type InverterProfileName } from "../model/can-partners.ts";
import { INVERTER_PROFILES } from "./inverter-profiles.ts";

const at500 = (profile: InverterProfileName) => ({ "inverter.profile": profile, "can.bitRate": "500" });
const NAMES = Object.keys(INVERTER_PROFILES) as InverterProfileName[];
const ASKED = standardFrame(0x301, Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88));

describe("SMA", () => {
  test("limits with the discharge voltage, state of charge also in 0.01 %, all in eight bytes", () => {
    const rig = createEquipmentRig(at500("sma"));
    hold(rig, "soc", 0.5678);
    hold(rig, "current_A", -12.3);
    pass(rig, 600);
    expect(lastOf(rig, 0x351)).toBe("38 02 F4 01 E8 03 C0 01"); // 56.8 V, 50 A, 100 A, 44.8 V
    expect(lastOf(rig, 0x355)).toBe("38 00 64 00 2E 16 FF FF"); // 56 %, 100 %, 56.78 %, not used
    expect(lastOf(rig, 0x356)).toBe("A0 14 85 FF DC 00 FF FF"); // 52.80 V, -12.3 A, 22.0 degC, not used
    expect(lastOf(rig, 0x35e)).toBe("53 4D 41 20 20 20 20 20");
  });

  test("values that are not believed carry the marker: 0xFFFF, and 0x8000 where they have a sign", () => {
    const rig = createEquipmentRig(at500("sma"));
    for (const name of ["soc", "battery_V", "current_A", "cellTemperatures_degC"]) doubt(rig, name);
    pass(rig, 600);
    expect(lastOf(rig, 0x355)).toBe("FF FF 64 00 FF FF FF FF");
    expect(lastOf(rig, 0x356)).toBe("00 80 00 80 00 80 FF FF");
  });

  test("bytes that are not used carry the marker, as the document asks", () => {
    const rig = createEquipmentRig(at500("sma"));
    pass(rig, 600);
    for (const id of [0x355, 0x356, 0x35f]) expect(lastOf(rig, id).slice(18), `0x${id.toString(16)}`).toBe("FF FF");
    expect(lastOf(rig, 0x35f).slice(6)).toBe("01 00 64 00 FF FF"); // version 1.0, 100 Ah
  });

  test("inverter.unavailable = zero sends 0 instead", () => {
    const rig = createEquipmentRig({ ...at500("sma"), "inverter.unavailable": "zero" });
    doubt(rig, "soc");
    pass(rig, 600);
    expect(lastOf(rig, 0x355)).toBe("00 00 64 00 00 00 00 00");
  });

  test.each([
    ["profile", "10 02 00 00"], // 52.8 V: a lower one would make the inverter discharge
    ["packVoltage", "10 02 00 00"],
    ["keep", "38 02 00 00"],
  ] as const)("charging not allowed, inverter.noCharge = %s", (noCharge, expected) => {
    const rig = createEquipmentRig({ ...at500("sma"), "inverter.noCharge": noCharge });
    hold(rig, "signal.allowCharging", 0);
    pass(rig, 600);
    expect(lastOf(rig, 0x351).slice(0, 11)).toBe(expected);
  });

  test("a battery above the limit is not told to be charged to its voltage", () => {
    const rig = createEquipmentRig(at500("sma"));
    hold(rig, "signal.allowCharging", 0);
    hold(rig, "battery_V", 58.2);
    pass(rig, 600);
    expect(lastOf(rig, 0x351).slice(0, 5)).toBe("38 02");
  });

  test("no set faster than each 500 ms, and none of its frames faster than 200 ms even when alarms come and go", () => {
    const rig = createEquipmentRig(at500("sma"));
    const times = new Map<number, number[]>();
    for (let i = 0; i < 300; i++) {
      hold(rig, "fault.overvoltage", i % 2);
      for (const { id } of pass(rig, 10).sent) times.set(id, [...(times.get(id) ?? []), rig.now_us]);
    }
    for (const [id, at_us] of times) {
      const gaps = at_us.slice(1).map((time, i) => time - at_us[i]!);
      expect(Math.min(...gaps), `0x${id.toString(16)}`).toBeGreaterThanOrEqual(200_000);
    }
    expect(times.get(0x355)).toHaveLength(6);
  });
});

describe("pairs of bits in 0x35A: 01 active, 10 not, 00 not supported", () => {
  const quiet = "AA AA AA 02 AA AA AA 02";
  // Byte and pair by the document: alarm in bytes 0 to 3, warning four later.
  test.each([
    ["nothing", undefined, quiet],
    ["overvoltage", "fault.overvoltage", "A6 AA AA 02 AA AA AA 02"],
    ["undervoltage is a warning", "fault.undervoltage", "AA AA AA 02 9A AA AA 02"],
    ["hot", "fault.highTemperatureDischarge", "6A AA AA 02 AA AA AA 02"],
    ["cold", "fault.lowTemperatureDischarge", "AA A9 AA 02 AA AA AA 02"],
    ["hot while charging", "fault.highTemperatureCharge", "AA A6 AA 02 AA AA AA 02"],
    ["cold while charging", "fault.lowTemperatureCharge", "AA 9A AA 02 AA AA AA 02"],
    ["discharging too much", "fault.overcurrentDischarge", "AA 6A AA 02 AA AA AA 02"],
    ["charging too much", "fault.overcurrentCharge", "AA AA A9 02 AA AA AA 02"],
    ["contactor", "fault.stuckContactor", "AA AA A6 02 AA AA AA 02"],
    ["short circuit", "fault.shortCircuit", "AA AA 9A 02 AA AA AA 02"],
    ["internal", "fault.cellMonitor", "AA AA 6A 02 AA AA AA 02"],
    ["imbalance is a warning", "fault.cellImbalance", "AA AA AA 02 AA AA AA 01"],
    ["interlock", "fault.interlock", "A9 AA AA 02 AA AA AA 02"],
  ])("%s", (_, fault, expected) => {
    const rig = createEquipmentRig(at500("sma"));
    if (fault !== undefined) hold(rig, fault, 1);
    pass(rig, 600);
    expect(lastOf(rig, 0x35a)).toBe(expected);
  });

  test("undervoltage is an alarm where so chosen", () => {
    const rig = createEquipmentRig({ ...at500("sma"), "inverter.undervoltage": "alarm" });
    hold(rig, "fault.undervoltage", 1);
    pass(rig, 600);
    expect(lastOf(rig, 0x35a)).toBe("9A AA AA 02 AA AA AA 02");
  });
});

test("Goodwe: SMA's frames each 100 ms under its own name, and nobody to lose", () => {
  const rig = createEquipmentRig(at500("goodwe"));
  pass(rig, 100);
  const { sent } = pass(rig, 1000);
  expect(sent.filter(({ id }) => id === 0x351)).toHaveLength(10);
  expect(lastOf(rig, 0x35e)).toBe("47 4F 4F 44 57 45 20 20");
  expect(lastOf(rig, 0x356)).toBe("A0 14 00 00 DC 00 00 00"); // no marker in what is not used
  expect(give(rig, standardFrame(0x305, new Uint8Array(8)))).toEqual({ send: [], asks: [] });
});

describe("Victron", () => {
  test("tells of cells, energy, capacity and names", () => {
    const rig = createEquipmentRig({
      ...at500("victron"),
      "user.serialNumber": "A1234567890123456",
      "inverter.maker": "PYLON",
    });
    pass(rig, 1100);
    expect(lastOf(rig, 0x35e)).toBe("50 59 4C 4F 4E 20 20 20");
    expect(lastOf(rig, 0x373)).toBe("DA 0C EE 0C 26 01 28 01"); // 3290 mV, 3310 mV, 294 K (21.0 degC), 296 K
    expect(lastOf(rig, 0x374)).toBe("43 65 6C 6C 20 35 20 20"); // "Cell 5": people count from 1
    expect(lastOf(rig, 0x375)).toBe("43 65 6C 6C 20 31 36 20");
    expect(lastOf(rig, 0x378)).toBe("D2 04 00 00 E8 03 00 00"); // 123.4 and 100 kWh in 100 Wh
    expect(lastOf(rig, 0x379)).toBe("64 00 00 00 00 00 00 00");
    expect(lastOf(rig, 0x380)).toBe("41 31 32 33 34 35 36 37");
    expect(lastOf(rig, 0x381)).toBe("38 39 30 31 32 33 34 35");
    expect(lastOf(rig, 0x372)).toBe("01 00 00 00 00 00 00 00");
    expect(lastOf(rig, 0x35a)).toBe("AA AA AA 02 AA AA AA 0A"); // online
  });

  test.each([
    ["100 Wh", "D2 04 00 00"],
    ["10 Wh", "34 30 00 00"],
  ] as const)("energy in %s", (step, expected) => {
    const rig = createEquipmentRig({ ...at500("victron"), "inverter.energyStep": step });
    pass(rig, 1100);
    expect(lastOf(rig, 0x378).slice(0, 11)).toBe(expected);
  });

  test.each([
    [-40, "E9 00"], // 233.15 K, cut off
    [60, "4D 01"],
  ])("%d degC in kelvin", (value, expected) => {
    const rig = createEquipmentRig(at500("victron"));
    hold(rig, "minTemperature_degC", value);
    pass(rig, 1100);
    expect(lastOf(rig, 0x373).slice(12, 17)).toBe(expected);
  });

  test("never sends a charge voltage of 0, not even before anything is known", () => {
    const rig = createEquipmentRig(at500("victron"));
    rig.shown.image.fill(0);
    pass(rig, 1100);
    expect(lastOf(rig, 0x351)).toMatch(/^(?!00 00).{5} 00 00 00 00 00 00$/);
  });

  test("is missed only after ten minutes, or after the time that is set", () => {
    const rig = createEquipmentRig(at500("victron"));
    give(rig, standardFrame(0x305, new Uint8Array(8)));
    const meanwhile = pass(rig, 600_000, 1000).told;
    expect(meanwhile).toHaveLength(600);
    expect(meanwhile.every((told) => told.kind === "partner" && told.online)).toBe(true);
    expect(pass(rig, 10).told).toMatchObject([{ online: false }]);
    const hasty = createEquipmentRig({ ...at500("victron"), "inverter.receiveTimeout_ms": 2000 });
    give(hasty, standardFrame(0x307, new Uint8Array(8)));
    pass(hasty, 2000);
    expect(pass(hasty, 10).told).toMatchObject([{ online: false }]);
  });
});

describe("Growatt", () => {
  test("sends nothing unasked, and everything, highest byte first, when it is asked", () => {
    const rig = createEquipmentRig(at500("growatt"));
    expect(pass(rig, 5000).sent).toEqual([]);
    const { send } = give(rig, ASKED);
    expect(send.map(({ id }) => id)).toEqual([0x311, 0x312, 0x313, 0x314, 0x315, 0x316, 0x317, 0x318, 0x319, 0x320]);
    expect(lastOf(rig, 0x311)).toBe("02 38 01 F4 03 E8 00 61"); // 56.8 V, 50 A, 100 A; both enabled, standby
    expect(lastOf(rig, 0x312)).toBe("00 00 00 00 01 42 4D 10");
    expect(lastOf(rig, 0x313)).toBe("14 A0 00 00 00 E6 32 64"); // 52.80 V, 0 A, 23.0 degC, 50 %, 100 %
    expect(lastOf(rig, 0x314)).toBe("13 88 27 10 00 14 00 0C"); // 50 Ah of 100 Ah in 10 mAh, 20 mV, 12 cycles
    expect(lastOf(rig, 0x318)).toBe("0C E4 0C E4 0C E4 0C E4");
    expect(lastOf(rig, 0x319)).toBe("C0 0C EE 0C DA 10 05 00"); // LFP, 3310 mV of cell 16, 3290 mV of cell 5
  });

  test.each([
    ["fault.overcurrentDischarge", "80 00 00 00"],
    ["fault.overcurrentCharge", "40 00 00 00"],
    ["fault.shortCircuit", "20 08 00 00"],
    ["fault.overvoltage", "10 00 00 00"],
    ["fault.undervoltage", "08 00 00 00"],
    ["fault.highTemperatureDischarge", "00 80 00 00"],
    ["fault.highTemperatureCharge", "00 40 00 00"],
    ["fault.lowTemperatureDischarge", "00 20 00 00"],
    ["fault.lowTemperatureCharge", "00 10 00 00"],
    ["fault.cellImbalance", "00 00 00 08"],
    ["fault.voltageTooHigh", "00 00 10 00"],
  ])("%s", (fault, expected) => {
    const rig = createEquipmentRig(at500("growatt"));
    hold(rig, fault, 1);
    pass(rig, 10);
    give(rig, ASKED);
    expect(lastOf(rig, 0x312).slice(0, 11)).toBe(expected);
  });

  test.each([
    ["signal.chargingPresent", "62"],
    ["signal.dischargingPresent", "63"],
    ["signal.balancing", "69"],
  ])("state bits with %s", (name, expected) => {
    const rig = createEquipmentRig(at500("growatt"));
    hold(rig, name, 1);
    pass(rig, 10);
    give(rig, ASKED);
    expect(lastOf(rig, 0x311).slice(21)).toBe(expected);
  });

  test("answers no faster than each 200 ms, however often it is asked, and hears each question", () => {
    const rig = createEquipmentRig(at500("growatt"));
    pass(rig, 10);
    expect(give(rig, ASKED).send).toHaveLength(10);
    pass(rig, 190);
    expect(give(rig, ASKED).send).toEqual([]);
    pass(rig, 10);
    expect(give(rig, ASKED).send).toHaveLength(10);
    for (let i = 0; i < 1100; i++) {
      pass(rig, 10);
      give(rig, ASKED);
    }
    expect(rig.sent.filter(({ id }) => id === 0x311)).toHaveLength(2 + 11_000 / 200);
    expect(rig.told.at(-1)).toMatchObject({ online: true });
  });

  test("cells beyond the pack are 0, and the inverter is lost 10 s after its last question", () => {
    const rig = createEquipmentRig({ ...at500("growatt"), "battery.chemistry": "NMC", "battery.cells": 13 });
    pass(rig, 10);
    expect(give(rig, ASKED).asks).toMatchObject([{ online: true }]);
    expect(lastOf(rig, 0x318)).toBe("0C E4 00 00 00 00 00 00");
    pass(rig, 10_000);
    expect(pass(rig, 10).told).toMatchObject([{ online: false }]);
  });
});

describe.each(NAMES)("%s", (name) => {
  const { rows, replies, eight } = INVERTER_PROFILES[name];

  test("its identifiers are those that validation knows", () => {
    const { sent, heard } = INVERTER_IDS[name];
    expect(rows.map(({ id }) => id).sort()).toEqual([...sent].sort());
    expect(replies.map(({ id }) => id).sort()).toEqual([...heard].sort());
  });

  test("no field of a frame lies on another or outside it", () => {
    for (const row of rows) {
      const taken = new Set<number>();
      for (const field of row.fields) {
        const width =
          field.kind === "bits"
            ? field.bits
            : field.kind === "pair"
              ? 2
              : field.kind === "text"
                ? 8 * field.length
                : field.kind === "constant"
                  ? 8
                  : { u8: 8, s8: 8, u16: 16, s16: 16, u32: 32 }[field.type];
        const first = 8 * field.byte + ("bit" in field ? field.bit : 0);
        for (let bit = first; bit < first + width; bit++) {
          expect(taken.has(bit), `0x${row.id.toString(16)} bit ${bit}`).toBe(false);
          taken.add(bit);
          expect(bit).toBeLessThan(8 * row.length);
        }
      }
    }
  });

  test(eight ? "all its frames have eight bytes" : "its frames are as long as its tables say", () => {
    const rig = createEquipmentRig(at500(name));
    pass(rig, 1200);
    give(rig, ASKED);
    expect(new Set(rig.sent.map(({ id }) => id)).size).toBe(rows.length);
    for (const { id, length, data } of rig.sent) {
      const expected = eight ? 8 : rows.find((row) => row.id === id)!.length;
      expect([length, data.length], `0x${id.toString(16)}`).toEqual([expected, expected]);
    }
  });

  test("asks for nothing when nothing is known", () => {
    const rig = createEquipmentRig(at500(name));
    rig.shown.image.fill(0);
    pass(rig, 1200);
    give(rig, ASKED);
    const limits = rig.sent.filter(({ id }) => id === (name === "growatt" ? 0x311 : 0x351));
    const none = name === "sofar" ? "01 00 01 00" : "00 00 00 00"; // SOFAR would ignore 0
    expect(limits.length).toBeGreaterThan(0);
    for (const { data } of limits) expect(hexOf(data.subarray(2, 6))).toBe(none);
  });
});
