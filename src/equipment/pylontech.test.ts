// Pylontech LV V1.2 byte for byte: frames of a bus capture, scales at both ends, bits of errors, and what is derived from it.

import { describe, expect, test } from "vitest";
import { createEquipmentRig, doubt, give, hold, lastOf, pass, setSettings } from "../../tests/rigs/equipment.ts";
import { standardFrame } from "../base/can-frame.ts";

const PYLONTECH = { "inverter.profile": "pylontech", "can.bitRate": "500" };
const ALIVE = standardFrame(0x305, new Uint8Array(8));

describe("frames of a captured bus", () => {
  const rig = createEquipmentRig({ ...PYLONTECH, "inverter.modules": 10 });
  hold(rig, "maximumCharge_V", 53.2);
  hold(rig, "chargeLimit_A", 370);
  hold(rig, "dischargeLimit_A", 370);
  hold(rig, "soc", 0.26);
  hold(rig, "battery_V", 49.42);
  pass(rig, 1000);

  test.each([
    [0x351, "14 02 74 0E 74 0E"], // 53.2 V, 370.0 A, 370.0 A; the capture's two bytes more are another profile's
    [0x355, "1A 00 64 00"],
    [0x359, "00 00 00 00 0A 50 4E"],
    [0x35c, "C0 00"],
    [0x35e, "50 59 4C 4F 4E 20 20 20"],
  ])("0x%s", (id, bytes) => {
    expect(lastOf(rig, id)).toBe(bytes);
  });

  test("0x356 begins with 49.42 V", () => {
    expect(lastOf(rig, 0x356).slice(0, 5)).toBe("4E 13");
  });

  test("Sol-Ark adds the discharge voltage: the whole captured limits, CC 01 for 46.0 V", () => {
    const sol = createEquipmentRig({ ...PYLONTECH, "inverter.profile": "solArk" });
    hold(sol, "maximumCharge_V", 53.2);
    hold(sol, "chargeLimit_A", 370);
    hold(sol, "dischargeLimit_A", 370);
    hold(sol, "minimumDischarge_V", 46);
    pass(sol, 1000);
    expect(lastOf(sol, 0x351)).toBe("14 02 74 0E 74 0E CC 01");
  });
});

describe("scales at both ends", () => {
  test.each([
    ["battery_V", 0, 0x356, 0, "00 00"],
    ["battery_V", 80, 0x356, 0, "40 1F"], // 8000 of 10 mV
    ["current_A", 1200, 0x356, 2, "E0 2E"], // 12000 of 0.1 A
    ["current_A", -1200, 0x356, 2, "20 D1"],
    ["current_A", 1500, 0x356, 2, "98 3A"],
    ["soc", 0, 0x355, 0, "00 00"],
    ["soc", 0.999, 0x355, 0, "63 00"], // not full yet
    ["soc", 1, 0x355, 0, "64 00"],
    ["soh", 0.8, 0x355, 2, "50 00"],
    ["maximumCharge_V", 79.99, 0x351, 0, "1F 03"], // 79.9 V: never more than the limit
    ["chargeLimit_A", 0.09, 0x351, 2, "00 00"],
    ["chargeLimit_A", 1200, 0x351, 2, "E0 2E"],
    ["dischargeLimit_A", 99.99, 0x351, 4, "E7 03"],
    ["dischargeLimit_A", 4000, 0x351, 4, "FF 7F"], // the end of the number
  ])("%s of %d in 0x%s from byte %i", (name, value, id, byte, expected) => {
    const rig = createEquipmentRig(PYLONTECH);
    hold(rig, name, value);
    pass(rig, 1000);
    expect(lastOf(rig, id).slice(byte * 3, byte * 3 + 5)).toBe(expected);
  });

  test.each([
    [-40, "70 FE"],
    [85, "52 03"],
  ])("a mean cell temperature of %d degC in 0.1 degC", (value, expected) => {
    const rig = createEquipmentRig(PYLONTECH);
    for (let cell = 0; cell < 16; cell++) hold(rig, "cellTemperatures_degC", value, cell);
    pass(rig, 1000);
    expect(lastOf(rig, 0x356).slice(12, 17)).toBe(expected);
  });
});

describe("limits are the core's, and nothing while it is not allowed", () => {
  test.each([
    ["charging is not allowed", "signal.allowCharging", 0, "38 02 00 00 E8 03", "40 00"],
    ["discharging is not wanted", "wantDischarge", 0, "38 02 F4 01 00 00", "80 00"],
    ["the core allows no charging current", "chargeLimit_A", 0, "38 02 00 00 E8 03", "40 00"],
    ["the core allows no discharging current", "dischargeLimit_A", 0, "38 02 F4 01 00 00", "80 00"],
  ])("%s", (_, name, value, limits, requests) => {
    const rig = createEquipmentRig(PYLONTECH);
    hold(rig, name, value);
    pass(rig, 1000);
    expect([lastOf(rig, 0x351), lastOf(rig, 0x35c)]).toEqual([limits, requests]);
  });

  test("a device whose clock stands still for more than a second gives nothing any more", () => {
    const rig = createEquipmentRig(PYLONTECH);
    pass(rig, 2000);
    expect(lastOf(rig, 0x351)).toBe("38 02 F4 01 E8 03");
    pass(rig, 1000, 10, false);
    expect(lastOf(rig, 0x351)).toBe("38 02 F4 01 E8 03");
    pass(rig, 210, 10, false);
    expect([lastOf(rig, 0x351), lastOf(rig, 0x35c)]).toEqual(["38 02 00 00 00 00", "00 00"]);
    pass(rig, 300);
    expect(lastOf(rig, 0x351)).toBe("38 02 F4 01 E8 03");
  });

  test("a charging ban is told within 200 ms, not with the next second", () => {
    const rig = createEquipmentRig(PYLONTECH);
    pass(rig, 2500);
    hold(rig, "signal.allowCharging", 0);
    const { sent } = pass(rig, 200);
    expect(sent.filter(({ id }) => id === 0x351).map(({ data }) => data[2]! + 256 * data[3]!)).toEqual([0]);
  });

  test("they rise by 10 A/s and fall at once", () => {
    const rig = createEquipmentRig({ ...PYLONTECH, "equipment.rise_A_per_s": 10 });
    const limits: number[] = [];
    const seen = (): void => {
      const { sent } = pass(rig, 1000);
      const { data } = sent.findLast(({ id }) => id === 0x351)!;
      limits.push((data[2]! + 256 * data[3]!) / 10);
    };
    for (let i = 0; i < 7; i++) seen();
    hold(rig, "chargeLimit_A", 20);
    seen();
    expect(limits.map(Math.round)).toEqual([0, 10, 20, 30, 40, 50, 50, 20]);
  });
});

describe("errors", () => {
  const table = [
    ["overvoltage", "02 00 00 00 01 50 4E"],
    ["undervoltage", "04 00 00 00 01 50 4E"],
    ["highTemperatureCharge", "08 00 00 00 01 50 4E"],
    ["highTemperatureDischarge", "08 00 00 00 01 50 4E"],
    ["lowTemperatureCharge", "10 00 00 00 01 50 4E"],
    ["lowTemperatureDischarge", "10 00 00 00 01 50 4E"],
    ["overcurrentDischarge", "80 00 00 00 01 50 4E"],
    ["overcurrentCharge", "00 01 00 00 01 50 4E"],
    ["stuckContactor", "00 08 00 00 01 50 4E"],
    ["shortCircuit", "00 08 00 00 01 50 4E"],
    ["cellMonitor", "00 08 00 00 01 50 4E"],
    ["voltageTooHigh", "00 00 02 00 01 50 4E"], // an indication: a warning
    ["highChargingCurrent", "00 00 00 01 01 50 4E"],
    ["cellImbalance", "00 00 00 08 01 50 4E"], // opens nothing: a warning
    ["equipmentOffline", "00 00 00 00 01 50 4E"], // about the inverter itself
    ["chargerFault", "00 00 00 00 01 50 4E"],
  ] as const;

  test.each(table)("%s", (fault, expected) => {
    const rig = createEquipmentRig(PYLONTECH);
    hold(rig, `fault.${fault}`, 1);
    pass(rig, 1000);
    expect(lastOf(rig, 0x359)).toBe(expected);
  });

  test("an error that is set to open nothing is a warning", () => {
    const rig = createEquipmentRig({
      ...PYLONTECH,
      "protections.shortCircuit.opensCharge": false,
      "protections.shortCircuit.opensDischarge": false,
    });
    hold(rig, "fault.shortCircuit", 1);
    pass(rig, 1000);
    expect(lastOf(rig, 0x359)).toBe("00 00 00 08 01 50 4E");
  });
});

describe("switches", () => {
  test.each([
    ["inverter.currentSign", "discharging", 0x356, "A0 14 9C FF DC 00"], // 10 A of charging are -10 A
    ["inverter.voltageStep", "100 mV", 0x356, "10 02 64 00 DC 00"],
    ["inverter.frameLength", "eight", 0x356, "A0 14 64 00 DC 00 00 00"],
    ["inverter.maker", "BYD", 0x35e, "42 59 44 20 20 20 20 20"],
    ["inverter.forceChargeSoc", 0.6, 0x35c, "E0 00"],
  ] as const)("%s = %s", (name, value, id, expected) => {
    const rig = createEquipmentRig({ ...PYLONTECH, [name]: value });
    hold(rig, "current_A", 10);
    pass(rig, 1000);
    expect(lastOf(rig, id)).toBe(expected);
  });

  test.each([
    ["pylontech", "profile", "F0 00", "E0 00"],
    ["pylontech", "bit4First", "F0 00", "D0 00"],
    ["solArk", "profile", "F0 00 00 00 00 00 00 00", "D0 00 00 00 00 00 00 00"],
  ] as const)("requests to charge of %s, order %s", (profile, order, urgent, plain) => {
    const rig = createEquipmentRig({
      ...PYLONTECH,
      "inverter.profile": profile,
      "inverter.forceOrder": order,
      "inverter.forceChargeSoc": 0.2,
      "inverter.forceUrgentSoc": 0.1,
    });
    hold(rig, "soc", 0.09);
    pass(rig, 1000);
    expect(lastOf(rig, 0x35c)).toBe(urgent);
    hold(rig, "soc", 0.15);
    pass(rig, 1000);
    expect(lastOf(rig, 0x35c)).toBe(plain);
  });

  test("no current is 0.1 A where a partner ignores 0, as SOFAR does", () => {
    const rig = createEquipmentRig({ ...PYLONTECH, "inverter.profile": "sofar" });
    hold(rig, "signal.allowCharging", 0);
    hold(rig, "wantDischarge", 0);
    pass(rig, 1000);
    expect(lastOf(rig, 0x351)).toBe("38 02 01 00 01 00");
  });

  test("what is not believed is sent as 0, and limits too", () => {
    const rig = createEquipmentRig(PYLONTECH);
    for (const name of ["soc", "battery_V", "current_A", "cellTemperatures_degC"]) doubt(rig, name);
    hold(rig, "chargeLimit_A", 0);
    pass(rig, 1000);
    expect([lastOf(rig, 0x351).slice(6, 11), lastOf(rig, 0x355), lastOf(rig, 0x356)]).toEqual([
      "00 00",
      "00 00 64 00",
      "00 00 00 00 00 00",
    ]);
  });
});

describe("in time", () => {
  test("each frame once a second, spread over it, so that no queue must hold them all", () => {
    const rig = createEquipmentRig(PYLONTECH);
    pass(rig, 10);
    const { sent } = pass(rig, 3000);
    const counts = [0x351, 0x355, 0x356, 0x359, 0x35c, 0x35e].map(
      (id) => sent.filter((frame) => frame.id === id).length,
    );
    expect(counts).toEqual([3, 3, 3, 3, 3, 3]);
    const longest = Math.max(...Array.from({ length: 30 }, () => pass(rig, 100).sent.length));
    expect(longest).toBe(1);
  });

  test("an inverter is told online when it answers, each second, and lost after 10 s of silence", () => {
    const rig = createEquipmentRig(PYLONTECH);
    expect(pass(rig, 3000).told).toEqual([]);
    expect(give(rig, ALIVE).asks).toEqual([{ kind: "partner", online: true, shutdown: false }]);
    expect(pass(rig, 10_000).told).toHaveLength(10);
    expect(pass(rig, 10).told).toEqual([{ kind: "partner", online: false, shutdown: false }]);
    expect(pass(rig, 10_000).told).toEqual([]);
    expect(give(rig, ALIVE).asks).toEqual([{ kind: "partner", online: true, shutdown: false }]);
  });

  test("an expected inverter that is silent has no limits, and gets them back when it speaks", () => {
    const rig = createEquipmentRig({ ...PYLONTECH, "equipment.partnerExpected": true });
    pass(rig, 1000);
    expect(lastOf(rig, 0x351)).toBe("38 02 00 00 00 00");
    give(rig, ALIVE);
    pass(rig, 1000);
    expect(lastOf(rig, 0x351)).toBe("38 02 F4 01 E8 03");
  });

  test("Luxpower's order to shut down reaches the device, and ends with it", () => {
    const rig = createEquipmentRig({ ...PYLONTECH, "inverter.profile": "luxpower" });
    expect(give(rig, standardFrame(0x300, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))).asks).toEqual([
      { kind: "partner", online: true, shutdown: true },
    ]);
    expect(give(rig, standardFrame(0x300, new Uint8Array(8))).asks).toEqual([
      { kind: "partner", online: true, shutdown: false },
    ]);
  });

  test("an order to shut down outlasts the inverter's silence, and is withdrawn by its own frame or by another profile", () => {
    const order = (bit: number) => standardFrame(0x300, Uint8Array.of(bit, 0, 0, 0, 0, 0, 0, 0));
    const rig = createEquipmentRig({ ...PYLONTECH, "inverter.profile": "luxpower" });
    give(rig, order(1));
    expect(pass(rig, 60_000).told.at(-1)).toEqual({ kind: "partner", online: false, shutdown: true });
    expect(give(rig, ALIVE).asks).toEqual([{ kind: "partner", online: true, shutdown: true }]);
    expect(give(rig, order(0)).asks).toEqual([{ kind: "partner", online: true, shutdown: false }]);
    give(rig, order(1));
    pass(rig, 60_000);
    setSettings(rig, { "inverter.profile": "pylontech" });
    expect(pass(rig, 10).told).toEqual([{ kind: "partner", online: false, shutdown: false }]);
  });

  test("other settings begin the inverter anew, the same go on", () => {
    const rig = createEquipmentRig(PYLONTECH);
    give(rig, ALIVE);
    setSettings(rig, { "user.address": "somewhere" });
    expect(pass(rig, 20).told).toEqual([]);
    setSettings(rig, { "inverter.profile": "victron" });
    expect(pass(rig, 10).told).toEqual([{ kind: "partner", online: false, shutdown: false }]);
    setSettings(rig, { "inverter.profile": "none" });
    expect(pass(rig, 2000).sent).toEqual([]);
  });
});

describe("a device that ticks late", () => {
  const LIMITS = 0x351;

  test("goes on telling its limits: no partner is cut off by an uneven second", () => {
    const rig = createEquipmentRig(PYLONTECH);
    hold(rig, "chargeLimit_A", 50);
    hold(rig, "dischargeLimit_A", 100);
    pass(rig, 20_000);
    for (const late_ms of [10, 300, 40, 999, 10, 1000, 20]) {
      const { sent } = pass(rig, late_ms * 3, late_ms);
      for (const { data } of sent.filter(({ id }) => id === LIMITS))
        expect([...data.slice(2, 6)]).toEqual([0xf4, 1, 0xe8, 3]);
    }
    expect(rig.sent.filter(({ id }) => id === LIMITS).length).toBeGreaterThan(20);
  });

  test("that stands still for more than a second tells limits of 0", () => {
    const rig = createEquipmentRig(PYLONTECH);
    pass(rig, 20_000);
    expect(lastOf(rig, LIMITS).slice(6, 17)).not.toBe("00 00 00 00");
    pass(rig, 2500, 10, false);
    expect(lastOf(rig, LIMITS).slice(6, 17)).toBe("00 00 00 00");
  });
});
