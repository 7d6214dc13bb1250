// Chargers byte for byte, with the numbers of their documents: what they are sent, what is understood, when they are lost.

import { describe, expect, test } from "vitest";
import {
  bytes,
  createEquipmentRig,
  type EquipmentRig,
  give,
  hexOf,
  hold,
  lastOf,
  pass,
  setSettings,
} from "../../tests/rigs/equipment.ts";
import { type CanFrame, extendedFrame, standardFrame } from "../base/can-frame.ts";
import type { PartnerReport } from "../model/partner-reports.ts";
import type { SettingValue } from "../model/settings.ts";
import { farewell } from "./equipment.ts";
import { isLower, j1939IdOf, nameOf } from "./j1939.ts";

const ELCON = { "j1939Charger.enable": true, "j1939Charger.charge_V": 56.8, "j1939Charger.charge_A": 50 };
const COMMAND = 0x1806e5f4;
const status = (volts: string, amperes: string, bits: string): CanFrame =>
  extendedFrame(0x18ff50e5, bytes(`${volts} ${amperes} ${bits} 00 00 00`));
const IDLE = status("02 10", "00 00", "00");
const chargers = (told: readonly PartnerReport[]) => told.filter((report) => report.kind === "charger");

/** Hears a charger each second while time passes. */
function passWith(rig: EquipmentRig, frame: CanFrame, seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    give(rig, frame);
    pass(rig, 1000);
  }
}

describe("TC and Elcon", () => {
  test("the maker's example: 98 V and 16 A", () => {
    // No pack of this device reaches 98 V: validation would refuse it, the frame does not care.
    const rig = createEquipmentRig({ "genericCharger.enable": true });
    const { settings } = rig.shown;
    const genericCharger = { ...settings.genericCharger, charge_V: 98, charge_A: 16 };
    rig.shown = { ...rig.shown, settings: { ...settings, genericCharger } };
    hold(rig, "maximumCharge_V", 98);
    passWith(rig, IDLE, 2);
    expect(lastOf(rig, COMMAND)).toBe("03 D4 00 A0 00 00 00 00");
  });

  test("is sent its limits each second, and asked for nothing before it has been heard", () => {
    const rig = createEquipmentRig(ELCON);
    const { sent } = pass(rig, 3000);
    expect(sent.map(({ id, extended, data }) => [id, extended, hexOf(data)])).toEqual(
      Array(3).fill([COMMAND, true, "02 38 00 00 01 00 00 00"]),
    );
    passWith(rig, IDLE, 2);
    expect(lastOf(rig, COMMAND)).toBe("02 38 01 F4 00 00 00 00"); // 56.8 V, 50.0 A, charge
  });

  test.each([
    ["signal.allowCharging", 0],
    ["chargeLimit_A", 0],
  ])("is stopped within a tick when %s is %d", (name, value) => {
    const rig = createEquipmentRig(ELCON);
    passWith(rig, IDLE, 3);
    hold(rig, name, value);
    const { sent } = pass(rig, 10);
    expect(sent.map(({ data }) => hexOf(data))).toEqual(["02 38 00 00 01 00 00 00"]);
  });

  test.each([
    [20, "00 C8"],
    [0.05, "00 00"], // less than a bit
    [49.99, "01 F3"], // never more than the limit
    [80, "01 F4"], // nor more than j1939Charger.charge_A
  ])("a charge limit of %d A", (limit_A, expected) => {
    const rig = createEquipmentRig(ELCON);
    hold(rig, "chargeLimit_A", limit_A);
    passWith(rig, IDLE, 3);
    expect(lastOf(rig, COMMAND).slice(6, 11)).toBe(expected);
  });

  test("what it says reaches the device", () => {
    const rig = createEquipmentRig(ELCON);
    const { asks } = give(rig, status("02 14", "01 2C", "00"));
    expect(asks).toMatchObject([
      {
        kind: "charger",
        online: true,
        faulty: false,
        connects: true,
        report: { output_V: 53.2, output_A: 30, status: 2, errors: 0 },
      },
    ]);
  });

  test.each([
    ["hardware failure", "01", true, 4],
    ["over-temperature", "02", true, 3],
    ["wrong input voltage", "04", true, 3],
    ["no battery detected: contactors are open", "08", false, 1],
    ["it missed our commands", "10", false, 1],
  ])("%s", (_, bits, faulty, code) => {
    const rig = createEquipmentRig(ELCON);
    give(rig, status("00 00", "00 00", bits));
    expect(chargers(rig.told)).toMatchObject([
      { online: true, faulty, report: { status: code, errors: Number.parseInt(bits, 16) } },
    ]);
  });

  test("is lost after 5 s of silence, told at once, and comes back with its current rising anew", () => {
    const rig = createEquipmentRig({ ...ELCON, "equipment.rise_A_per_s": 10 });
    passWith(rig, IDLE, 10);
    expect(lastOf(rig, COMMAND)).toBe("02 38 01 F4 00 00 00 00");
    const meanwhile = chargers(pass(rig, 4000).told);
    expect(meanwhile).toHaveLength(4);
    expect(meanwhile.every(({ online }) => online)).toBe(true);
    const { told, sent } = pass(rig, 10);
    expect(told).toEqual([{ kind: "charger", online: false, report: { status: 0 } }]);
    expect(sent.map(({ data }) => hexOf(data))).toEqual(["02 38 00 00 01 00 00 00"]);
    expect(pass(rig, 5000).told).toEqual([]);
    give(rig, IDLE);
    pass(rig, 1000);
    const asked = lastOf(rig, COMMAND).slice(6, 11).replace(" ", "");
    expect(Number.parseInt(asked, 16) / 10).toBeLessThanOrEqual(10);
    passWith(rig, IDLE, 6);
    expect(lastOf(rig, COMMAND)).toBe("02 38 01 F4 00 00 00 00");
  });

  test.each([
    [1, 0x1806e5f4, 0x18ff50e5],
    [2, 0x1806e7f4, 0x18ff50e7],
    [3, 0x1806e8f4, 0x18ff50e8],
    [4, 0x1806e9f4, 0x18ff50e9],
  ])("charger %d of four", (number, command, says) => {
    const rig = createEquipmentRig({ ...ELCON, "j1939Charger.number": number });
    expect(give(rig, extendedFrame(says, IDLE.data)).asks).toMatchObject([{ online: true }]);
    expect(pass(rig, 10).sent.map(({ id }) => id)).toEqual([command]);
  });

  test("is asked for no more than the core's charge voltage", () => {
    const rig = createEquipmentRig(ELCON);
    hold(rig, "maximumCharge_V", 55.2);
    passWith(rig, IDLE, 2);
    expect(lastOf(rig, COMMAND)).toBe("02 28 01 F4 00 00 00 00");
  });

  test("frames that are too short, of 11 bits, or of another charger are nobody's", () => {
    const rig = createEquipmentRig(ELCON);
    for (const frame of [
      extendedFrame(0x18ff50e5, bytes("02 10 00 00")),
      standardFrame(0x0e5, IDLE.data),
      extendedFrame(0x18ff50e7, IDLE.data),
    ])
      expect(give(rig, frame)).toEqual({ send: [], asks: [] });
  });

  test("that shall not set Charger connected says so", () => {
    const rig = createEquipmentRig({ ...ELCON, "j1939Charger.chargerConnected": false });
    expect(give(rig, IDLE).asks).toMatchObject([{ online: true, connects: false }]);
  });
});

describe("J1939", () => {
  const dm1 = (data: string): CanFrame => extendedFrame(0x18feca_e5, bytes(data));

  test("the parts of an identifier", () => {
    expect(j1939IdOf(0x1806e5f4)).toEqual({ priority: 6, group: 0x0600, to: 0xe5, from: 0xf4 });
    expect(j1939IdOf(0x18feca55)).toEqual({ priority: 6, group: 0xfeca, to: 0xff, from: 0x55 });
    expect(j1939IdOf(0x0cf00400)).toEqual({ priority: 3, group: 0xf004, to: 0xff, from: 0 });
  });

  test("an active fault with the red stop lamp is a fault of the charger, until it is silent for longer than three seconds", () => {
    const rig = createEquipmentRig(ELCON);
    give(rig, IDLE);
    give(rig, dm1("10 FF 6E 00 03 01 FF FF")); // red stop lamp, SPN 110, FMI 3
    expect(chargers(rig.told).at(-1)).toMatchObject({ faulty: true, report: { errors: 110 * 256 } });
    give(rig, IDLE);
    pass(rig, 3000);
    give(rig, IDLE);
    pass(rig, 1000);
    expect(chargers(rig.told).at(-1)).toMatchObject({ faulty: false });
  });

  test("an amber lamp is none, and no fault ends it", () => {
    const rig = createEquipmentRig(ELCON);
    give(rig, IDLE);
    give(rig, dm1("04 FF 6E 00 03 01 FF FF"));
    pass(rig, 1000);
    expect(chargers(rig.told)).toHaveLength(2);
    expect(chargers(rig.told).every(({ faulty }) => faulty === false)).toBe(true);
    give(rig, dm1("10 FF 6E 00 03 01 FF FF"));
    give(rig, dm1("00 FF 00 00 00 00 FF FF"));
    expect(chargers(rig.told).at(-1)).toMatchObject({ faulty: false });
  });

  test("several faults come in packets, of which the first one tells", () => {
    const rig = createEquipmentRig(ELCON);
    give(rig, IDLE);
    give(rig, extendedFrame(0x1cec_ffe5, bytes("20 0A 00 02 FF CA FE 00")));
    give(rig, extendedFrame(0x1ceb_ffe5, bytes("01 10 FF 6E 00 03 01 22")));
    give(rig, extendedFrame(0x1ceb_ffe5, bytes("02 00 05 02 FF FF FF FF")));
    expect(chargers(rig.told).at(-1)).toMatchObject({ faulty: true, report: { errors: 110 * 256 } });
  });

  describe("packets of a DM1 to everybody", () => {
    const announce = (packets: number): CanFrame =>
      extendedFrame(0x1cec_ffe5, Uint8Array.of(0x20, 0x0a, 0, packets, 0xff, 0xca, 0xfe, 0));
    const RED = bytes("01 10 FF 6E 00 03 01 22"); // as the first packet: red stop lamp, SPN 110
    const isFaulty = (rig: EquipmentRig): boolean => {
      pass(rig, 1000);
      give(rig, IDLE);
      pass(rig, 10);
      const last = chargers(rig.told).at(-1);
      expect(last).toMatchObject({ online: true });
      return last?.faulty === true;
    };
    /** A DM1 of two packets that tells no fault. */
    function heardOne(): EquipmentRig {
      const rig = createEquipmentRig(ELCON);
      give(rig, IDLE);
      give(rig, announce(2));
      give(rig, extendedFrame(0x1ceb_ffe5, bytes("01 00 FF 00 00 00 00 FF")));
      give(rig, extendedFrame(0x1ceb_ffe5, bytes("02 FF FF FF FF FF FF FF")));
      return rig;
    }

    test.each([
      ["to another node", 0x1ceb_21e5],
      ["to everybody, but never announced", 0x1ceb_ffe5],
    ])("end with the last one: a first packet %s after it is no DM1", (_, id) => {
      const rig = heardOne();
      give(rig, extendedFrame(id, RED));
      expect(isFaulty(rig)).toBe(false);
    });

    test("are none when they go to another node meanwhile, and go on after it", () => {
      const rig = createEquipmentRig(ELCON);
      give(rig, IDLE);
      give(rig, announce(2));
      give(rig, extendedFrame(0x1ceb_21e5, RED));
      expect(isFaulty(rig)).toBe(false);
      give(rig, announce(2));
      give(rig, extendedFrame(0x1ceb_21e5, bytes("01 00 00 00 00 00 00 00")));
      give(rig, extendedFrame(0x1ceb_ffe5, RED));
      expect(isFaulty(rig)).toBe(true);
    });

    test.each([
      [750, true],
      [760, false],
    ])("are waited for 750 ms (T1): after %d ms the first one tells: %s", (ms, tells) => {
      const rig = createEquipmentRig(ELCON);
      give(rig, IDLE);
      give(rig, announce(2));
      pass(rig, ms);
      give(rig, extendedFrame(0x1ceb_ffe5, RED));
      expect(isFaulty(rig)).toBe(tells);
    });

    test("out of order end it", () => {
      const rig = createEquipmentRig(ELCON);
      give(rig, IDLE);
      give(rig, announce(3));
      give(rig, extendedFrame(0x1ceb_ffe5, bytes("02 00 00 00 00 00 00 00")));
      give(rig, extendedFrame(0x1ceb_ffe5, RED));
      expect(isFaulty(rig)).toBe(false);
    });
  });

  const claiming = { ...ELCON, "j1939Charger.claim": true };
  const claims = (rig: EquipmentRig) => rig.sent.filter(({ id }) => id >>> 16 === 0x18ee).map(({ id }) => id);

  test("claims its address, commands 250 ms after at the earliest, and answers who asks for it", () => {
    const rig = createEquipmentRig(claiming);
    const { sent } = pass(rig, 900);
    expect(sent.map(({ id }) => id)).toEqual([0x18eefff4]);
    expect(pass(rig, 200).sent.map(({ id }) => id)).toEqual([COMMAND]);
    expect(give(rig, extendedFrame(0x18ea_fff9, bytes("00 EE 00"))).send.map(({ id }) => id)).toEqual([0x18eefff4]);
    expect(give(rig, extendedFrame(0x18ea_f4f9, bytes("00 EE 00"))).send.map(({ id }) => id)).toEqual([0x18eefff4]);
    expect(give(rig, extendedFrame(0x18ea_f4f9, bytes("CA FE 00"))).send).toEqual([]);
  });

  test("defends it against a higher NAME, and gives way to a lower one", () => {
    const rig = createEquipmentRig(claiming);
    pass(rig, 2000);
    give(rig, extendedFrame(0x18eefff4, bytes("FF FF FF FF FF FF FF FF")));
    expect(claims(rig)).toEqual([0x18eefff4, 0x18eefff4]);
    pass(rig, 1000);
    expect(rig.sent.at(-1)?.id).toBe(COMMAND);
    give(rig, extendedFrame(0x18eefff4, new Uint8Array(8)));
    expect(claims(rig).at(-1)).toBe(0x18eefffe); // 254: cannot claim
    expect(pass(rig, 3000).sent).toEqual([]); // it has no address to speak from
  });

  test("NAMEs are compared as numbers, the last byte first", () => {
    expect(isLower(bytes("FF 00 00 00 00 00 00 01"), bytes("00 00 00 00 00 00 00 02"))).toBe(true);
    expect(isLower(bytes("01 00 00 00 00 00 00 00"), bytes("02 00 00 00 00 00 00 00"))).toBe(true);
    expect(isLower(nameOf("1"), nameOf("1"))).toBe(false);
    const name = nameOf("A-17");
    expect([name.length, name[3]! * 8 + (name[2]! >>> 5), name[5]]).toEqual([8, 2047, 255]);
  });
});

describe("Eltek Flatpack2", () => {
  const ELTEK = {
    "eltekCharger.enable": true,
    "eltekCharger.charge_V": 56.8,
    "eltekCharger.charge_A": 50,
    "can.bitRate": "125",
  };
  const HELLO = extendedFrame(0x0500_1418, bytes("1B 14 47 11 10 08 20 00"));
  const says = (state: number, data = "19 2C 01 C8 14 E6 00 1E"): CanFrame =>
    extendedFrame(0x0501_4000 + state, bytes(data)); // 25 degC, 30.0 A, 53.20 V, 230 V, 30 degC

  test("is logged in with the serial number it says, as its number times 4, and again before it would forget", () => {
    const rig = createEquipmentRig({ ...ELTEK, "eltekCharger.address": 2 });
    const { send } = give(rig, HELLO);
    expect(send.map(({ id, data }) => [id, hexOf(data)])).toEqual([[0x05004808, "14 47 11 10 08 20 00 00"]]);
    const logins = pass(rig, 20_000).sent.filter(({ id }) => id === 0x05004808);
    expect(logins.length).toBeGreaterThanOrEqual(4); // each 5 s or less
  });

  test("its set point", () => {
    const rig = createEquipmentRig(ELTEK);
    give(rig, HELLO);
    passWith(rig, says(0x04), 3);
    expect(lastOf(rig, 0x05ff4004)).toBe("F4 01 A0 14 30 16 3E 17"); // 50.0 A, 52.80 V, 56.80 V, 59.50 V
    hold(rig, "signal.allowCharging", 0);
    pass(rig, 10);
    expect(lastOf(rig, 0x05ff4004)).toBe("00 00 A0 14 80 11 3E 17"); // 0 A, and the battery's lowest 44.80 V
  });

  test("slow rising has another id", () => {
    const rig = createEquipmentRig({ ...ELTEK, "eltekCharger.walkIn_s": "60" });
    expect(pass(rig, 10).sent.map(({ id }) => id)).toEqual([0x05ff4005]);
  });

  test.each([
    [0x04, false, 2],
    [0x10, false, 2],
    [0x08, false, 3],
    [0x0c, true, 4],
  ])("status 0x%s", (state, faulty, code) => {
    const rig = createEquipmentRig(ELTEK);
    expect(give(rig, says(state)).asks).toMatchObject([
      {
        online: true,
        faulty,
        report: { output_V: 53.2, output_A: 30, input_V: 230, primary_degC: 25, secondary_degC: 30, status: code },
      },
    ]);
  });

  test("below freezing", () => {
    const rig = createEquipmentRig(ELTEK);
    expect(give(rig, says(4, "F6 00 00 00 00 00 00 80")).asks).toMatchObject([
      { report: { primary_degC: -10, secondary_degC: -128 } },
    ]);
  });

  test("is asked what the alarm is, and its answer kept", () => {
    const rig = createEquipmentRig(ELTEK);
    give(rig, says(0x0c));
    const { sent } = pass(rig, 10);
    expect(sent.filter(({ id }) => id === 0x0501bffc).map(({ data }) => hexOf(data))).toEqual(["08 08 00"]);
    give(rig, extendedFrame(0x0501bffc, bytes("0E 08 00 20 08 00 00"))); // high temperature, fan 1
    give(rig, says(0x0c));
    pass(rig, 1000);
    expect(chargers(rig.told).at(-1)).toMatchObject({ report: { errors: 0x0820 } });
  });

  test("a supply with another serial number, put in place of ours, is logged in once ours has been silent for its time-out", () => {
    const OTHER = extendedFrame(0x0500_9999, bytes("1B 15 00 00 00 00 01 00"));
    const rig = createEquipmentRig({ ...ELTEK, "eltekCharger.receiveTimeout_ms": 5000 });
    give(rig, HELLO);
    pass(rig, 2000);
    give(rig, says(0x04));
    pass(rig, 5000);
    expect(give(rig, OTHER).send).toEqual([]);
    pass(rig, 10);
    expect(give(rig, OTHER).send.map(({ id, data }) => [id, hexOf(data)])).toEqual([
      [0x05004804, "15 00 00 00 00 01 00 00"],
    ]);
    expect(give(rig, says(0x04)).asks).toMatchObject([{ online: true }]);
    expect(give(rig, HELLO).send).toEqual([]);
  });

  test("a second supply on the bus is not ours", () => {
    const rig = createEquipmentRig(ELTEK);
    give(rig, HELLO);
    expect(give(rig, extendedFrame(0x0500_9999, bytes("1B 15 00 00 00 00 01 00"))).send).toEqual([]);
    expect(give(rig, extendedFrame(0x0502_4004, says(4).data)).asks).toEqual([]);
  });
});

describe("CiA 419 in the manner of Delta-Q", () => {
  const DELTA = { "cia419Charger.enable": true, "cia419Charger.charge_V": 56.8, "cia419Charger.charge_A": 50 };
  const ALIVE = standardFrame(0x18a, bytes("00 1E 00 35 30 12 00 00")); // 30 A, 53 V, mains, enabled, above 80 %

  test("voltage in 1/256 V, current in 1/16 A, ready bit, and what the battery measures", () => {
    const rig = createEquipmentRig(DELTA);
    hold(rig, "current_A", 30);
    for (let i = 0; i < 4; i++) {
      give(rig, ALIVE);
      pass(rig, 250);
    }
    expect(lastOf(rig, 0x20a)).toBe("00 32 01 CC 38 20 03 01"); // 50 %, charge, 56.8 V, 50 A, enabled
    expect(lastOf(rig, 0x30a)).toBe("00 00 00 1E CD 34 F8 01"); // 30 A, 52.80 V to the nearest, 23 degC from -40
    hold(rig, "signal.allowCharging", 0);
    pass(rig, 10);
    expect(lastOf(rig, 0x20a)).toBe("00 32 00 CC 38 00 00 00");
  });

  test("temperature from 0 where so chosen", () => {
    const rig = createEquipmentRig({ ...DELTA, "cia419Charger.temperatureOffset_degC": "0" });
    pass(rig, 10);
    expect(lastOf(rig, 0x30a).slice(18)).toBe("B8 00"); // 23 degC in eighths
  });

  test("what it says", () => {
    const rig = createEquipmentRig(DELTA);
    expect(give(rig, ALIVE).asks).toMatchObject([
      { online: true, faulty: false, report: { output_A: 30, output_V: 53, status: 2 } },
    ]);
    give(rig, standardFrame(0x38a, bytes("01 00 30 02 60 0E 00 00")));
    pass(rig, 1000);
    expect(chargers(rig.told).at(-1)).toMatchObject({ report: { errors: 0x0230_0001, input_V: 230 } });
    give(rig, standardFrame(0x18a, bytes("00 00 00 35 04 00 00 00")));
    expect(chargers(rig.told).at(-1)).toMatchObject({ faulty: true, report: { status: 4 } });
  });

  test("is started by NMT when it waits for it, unless another node is the master", () => {
    const rig = createEquipmentRig(DELTA);
    expect(give(rig, standardFrame(0x70a, bytes("7F"))).send.map(({ id, data }) => [id, hexOf(data)])).toEqual([
      [0x000, "01 0A"],
    ]);
    expect(give(rig, standardFrame(0x70a, bytes("05"))).send).toEqual([]);
    const other = createEquipmentRig({ ...DELTA, "cia419Charger.start": false });
    expect(give(other, standardFrame(0x70a, bytes("7F"))).send).toEqual([]);
  });
});

describe("a charger given by settings", () => {
  const ZIVAN = {
    ...{
      "genericCharger.enable": true,
      "genericCharger.extended": false,
      "genericCharger.commandId": 0x601,
      "genericCharger.statusId": 0x602,
    },
    ...{
      "genericCharger.length": 6,
      "genericCharger.byteOrder": "little",
      "genericCharger.voltageByte": 1,
      "genericCharger.currentByte": 4,
    },
    ...{ "genericCharger.voltageStep_V": 0.01, "genericCharger.currentStep_A": 0.5, "genericCharger.controlByte": 0 },
    ...{ "genericCharger.startValue": 0xaa, "genericCharger.stopValue": 0x55, "genericCharger.outputVoltageByte": -1 },
    ...{ "genericCharger.outputCurrentByte": 0, "genericCharger.faultByte": 3, "genericCharger.faultMask": 0x80 },
    ...{ "genericCharger.charge_V": 56.8, "genericCharger.charge_A": 50 },
  } satisfies Record<string, SettingValue>;
  const ALIVE = standardFrame(0x602, bytes("14 00 00 7F"));

  test("speaks as it is told", () => {
    const rig = createEquipmentRig(ZIVAN);
    passWith(rig, ALIVE, 2);
    expect(lastOf(rig, 0x601)).toBe("AA 30 16 00 64 00"); // 56.80 V, 50 A in halves
    hold(rig, "signal.allowCharging", 0);
    pass(rig, 10);
    expect(lastOf(rig, 0x601)).toBe("55 30 16 00 00 00");
  });

  test("is understood as it is told, and short frames leave what is missing", () => {
    const rig = createEquipmentRig(ZIVAN);
    expect(give(rig, ALIVE).asks).toMatchObject([{ online: true, faulty: false, report: { output_A: 10 } }]);
    expect(give(rig, standardFrame(0x602, bytes("14 00 00 80"))).asks).toMatchObject([{ faulty: true }]);
    give(rig, standardFrame(0x602, bytes("28")));
    pass(rig, 1000);
    expect(chargers(rig.told).at(-1)).toMatchObject({ faulty: false, report: { output_A: 10 } });
  });
});

describe("several on one bus", () => {
  const BOTH = { ...ELCON, "cia419Charger.enable": true, "cia419Charger.charge_V": 56.8, "cia419Charger.charge_A": 50 };
  const DELTA = standardFrame(0x18a, bytes("00 0A 00 35 30 12 00 00"));

  test("two chargers share the limit, and their currents add up", () => {
    const rig = createEquipmentRig(BOTH);
    for (let i = 0; i < 8; i++) {
      give(rig, status("02 14", "00 64", "00"));
      give(rig, DELTA);
      pass(rig, 250);
    }
    expect(lastOf(rig, COMMAND).slice(6, 11)).toBe("00 FA"); // 25 A
    expect(lastOf(rig, 0x20a).slice(15, 20)).toBe("90 01"); // 25 A in sixteenths
    expect(chargers(rig.told).at(-1)).toMatchObject({ report: { output_A: 20 } });
  });

  test("one lost charger of two keeps the other connected", () => {
    const rig = createEquipmentRig(BOTH);
    give(rig, IDLE);
    for (let i = 0; i < 40; i++) {
      give(rig, DELTA);
      pass(rig, 250);
    }
    expect(chargers(rig.told).length).toBeGreaterThanOrEqual(10);
    expect(chargers(rig.told).every(({ online }) => online)).toBe(true);
  });

  test("an inverter beside a charger is given what the charger leaves", () => {
    const rig = createEquipmentRig({
      ...ELCON,
      "can.bitRate": "500",
      "inverter.profile": "pylontech",
      "j1939Charger.charge_A": 30,
    });
    expect(pass(rig, 1100).sent.some(({ id }) => id === 0x351)).toBe(true);
    expect(lastOf(rig, 0x351)).toBe("38 02 F4 01 E8 03");
    passWith(rig, IDLE, 3);
    expect(lastOf(rig, 0x351)).toBe("38 02 C8 00 E8 03"); // 20 A
  });

  test.each([
    ["is switched off", { "j1939Charger.enable": false }, []],
    ["gets another number", { "j1939Charger.number": 2 }, [[0x1806e7f4, "02 38 00 00 01 00 00 00"]]],
    [
      "gets another source address of ours",
      { "j1939Charger.sourceAddress": 0x56 },
      [[0x1806e556, "02 38 00 00 01 00 00 00"]],
    ],
  ] as [string, Record<string, SettingValue>, [number, string][]][])(
    "a charger that %s by settings while it charges is stopped first, as it was addressed",
    (_, changes, after) => {
      const rig = createEquipmentRig(ELCON);
      passWith(rig, IDLE, 2);
      expect(lastOf(rig, COMMAND)).toBe("02 38 01 F4 00 00 00 00");
      setSettings(rig, changes);
      expect(pass(rig, 10).sent.map(({ id, data }) => [id, hexOf(data)])).toEqual([
        [COMMAND, "02 38 00 00 01 00 00 00"],
        ...after,
      ]);
      expect(pass(rig, 3000).sent.filter(({ id }) => id === COMMAND)).toEqual([]);
    },
  );

  test("other settings than its own leave a charger charging", () => {
    const rig = createEquipmentRig(ELCON);
    passWith(rig, IDLE, 2);
    setSettings(rig, { "user.address": "somewhere" });
    expect(pass(rig, 2000).sent.map(({ data }) => hexOf(data))).toEqual(Array(2).fill("02 38 01 F4 00 00 00 00"));
  });

  test("the farewell stops who charges, and has nothing to say to who does not", () => {
    const rig = createEquipmentRig(ELCON);
    passWith(rig, IDLE, 2);
    const { equipment, shown, now_us } = rig;
    expect(farewell(equipment, shown, now_us).map(({ id, data }) => [id, hexOf(data)])).toEqual([
      [COMMAND, "02 38 00 00 01 00 00 00"],
    ]);
    expect(farewell(equipment, shown, now_us)).toEqual([]);
  });

  test("a charger that is switched off by settings is gone", () => {
    const rig = createEquipmentRig(ELCON);
    give(rig, IDLE);
    setSettings(rig, { "j1939Charger.enable": false });
    expect(pass(rig, 10)).toEqual({ sent: [], told: [{ kind: "charger", online: false, report: { status: 0 } }] });
  });
});

describe("a shunt", () => {
  const SHUNT = { "shunt.enable": true, "can.bitRate": "500" };

  test.each([
    ["IVT-S as delivered, 12.345 A", {}, standardFrame(0x521, bytes("00 03 00 00 30 39")), 12.345],
    ["-1200 A", {}, standardFrame(0x521, bytes("00 03 FF ED B0 80")), -1200],
    ["another value of the same sensor", {}, standardFrame(0x521, bytes("01 03 00 00 30 39")), undefined],
    ["a system error", {}, standardFrame(0x521, bytes("00 83 00 00 30 39")), undefined],
    ["a frame that is too short", {}, standardFrame(0x521, bytes("00 03 00 00 30")), undefined],
    [
      "two bytes, lowest first, 0.1 A",
      {
        "shunt.bytes": "2",
        "shunt.byteOrder": "little",
        "shunt.firstByte": 0,
        "shunt.step_A": 0.1,
        "shunt.selectorByte": -1,
        "shunt.statusByte": -1,
      },
      standardFrame(0x521, bytes("9C FF")),
      -10,
    ],
    [
      "three bytes with 29 bits",
      {
        "shunt.extended": true,
        "shunt.canId": 0x18ff0001,
        "shunt.bytes": "3",
        "shunt.firstByte": 5,
        "shunt.selectorByte": -1,
        "shunt.statusByte": -1,
      },
      extendedFrame(0x18ff0001, bytes("00 00 00 00 00 00 03 E8")),
      1,
    ],
  ] as [string, Record<string, SettingValue>, CanFrame, number | undefined][])("%s", (_, changes, frame, expected) => {
    const rig = createEquipmentRig({ ...SHUNT, ...changes });
    const { asks } = give(rig, frame);
    if (expected === undefined) expect(asks).toEqual([]);
    else expect(asks).toEqual([{ kind: "shunt", current_A: expect.closeTo(expected, 9) }]);
  });
});
