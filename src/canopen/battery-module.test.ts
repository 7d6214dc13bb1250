// CiA 418 objects and PDOs: golden values of the profile's scales, by hand.

import { describe, expect, test } from "vitest";
import {
  createDictionaryRig,
  type DictionaryRig,
  holdSignal,
  readObject,
  writeObject,
} from "../../tools/fuzz/dictionary-rig.ts";
import { receivePdos, transmitPdos } from "./pdo-defaults.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** 25.0 degC, 51.2 V, 20 A may be charged, 80 %. */
function charging(change?: Parameters<typeof createDictionaryRig>[0]): DictionaryRig {
  const rig = createDictionaryRig(change);
  holdSignal(rig, "maxTemperature_degC", 25);
  holdSignal(rig, "temperatureValid", 1);
  holdSignal(rig, "battery_V", 51.2);
  holdSignal(rig, "batteryValid", 1);
  holdSignal(rig, "chargeLimit_A", 20);
  holdSignal(rig, "signal.allowCharging", 1);
  holdSignal(rig, "soc", 0.8);
  holdSignal(rig, "socStarted", 1);
  return rig;
}

const pdo = (rig: DictionaryRig, mapping: readonly number[]): Uint8Array =>
  Uint8Array.from(mapping.flatMap((each) => [...(readObject(rig, each >>> 16, (each >>> 8) & 0xff) as Uint8Array)]));

describe("golden frames of the module's PDOs", () => {
  const own = transmitPdos("cia418");
  test.each([
    [0, 0x180, [0xc8, 0x00, 0x01]],
    [1, 0x280, [0xc8, 0x00, 0x01, 0xcd, 0xcc, 0x00, 0x00]],
    [2, 0x380, [0x40, 0x01, 0x50]],
  ])("TPDO %d from %d, driven by events", (n, base, data) => {
    expect([own[n]!.base, own[n]!.type]).toEqual([base, 255]);
    expect(pdo(charging(), own[n]!.mapping)).toEqual(Uint8Array.from(data));
  });

  test.each([
    [0, 0x200, [0x6001_0008]],
    [1, 0x300, [0x6001_0008, 0x6052_0010]],
    [2, 0x400, [0x6001_0008, 0x6052_0010, 0x6080_0008]],
  ])("RPDO %d is received from %d", (n, base, mapping) => {
    const { mapping: own, base: from } = receivePdos("cia418")[n]!;
    expect([from, own]).toEqual([base, mapping]);
  });

  test("with both sets the vendor's two come first, with the vendor's alone no charger is listened to", () => {
    expect(
      transmitPdos("both")
        .slice(0, 5)
        .map(({ base }) => base),
    ).toEqual([0x180, 0x280, 0x380, 0x480, undefined]);
    expect(receivePdos("both").map(({ base }) => base)).toEqual([0x200, 0x300, 0x400, undefined]);
    expect(receivePdos("vendor").map(({ base }) => base)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("what the module tells", () => {
  // 0.125 degC from -40 to 85.
  test.each([
    [-40, [0xc0, 0xfe]],
    [85, [0xa8, 0x02]],
    [0.125, [0x01, 0x00]],
  ])("6010h at %d degC", (temperature_degC, data) => {
    const rig = charging();
    holdSignal(rig, "maxTemperature_degC", temperature_degC);
    expect(readObject(rig, 0x6010)).toEqual(Uint8Array.from(data));
  });

  test("no current is requested, and the battery is not ready, while charging is not allowed", () => {
    const rig = charging();
    holdSignal(rig, "signal.allowCharging", 0);
    expect([readObject(rig, 0x6000), readObject(rig, 0x6070)]).toEqual([bytes(0), bytes(0, 0)]);
  });

  test("no current is requested beside an inverter or a charger that is given its share by commands", () => {
    const ofInverter = charging((settings) => {
      settings.inverter.profile = "pylontech";
    });
    const ofCharger = charging((settings) => {
      settings.j1939Charger.enable = true;
    });
    expect([charging(), ofInverter, ofCharger].map((rig) => readObject(rig, 0x6070))).toEqual([
      bytes(0x40, 0x01), // 20 A in sixteenths
      bytes(0, 0),
      bytes(0, 0),
    ]);
  });

  test("a state of charge that is not known is 255, a voltage FFFFFFFFh", () => {
    const rig = charging();
    holdSignal(rig, "socStarted", 0);
    holdSignal(rig, "batteryValid", 0);
    expect([readObject(rig, 0x6081), readObject(rig, 0x6060)]).toEqual([bytes(255), bytes(255, 255, 255, 255)]);
  });

  test("6020h: capacity, maximum charge current, cells", () => {
    const rig = charging();
    holdSignal(rig, "maximumCharge_A", 50);
    expect([0, 1, 2, 3, 4].map((subIndex) => readObject(rig, 0x6020, subIndex))).toEqual([
      ...[bytes(4), bytes(0), bytes(100, 0), bytes(50, 0), bytes(16, 0)],
    ]);
  });

  test("6030h: the serial number, four characters to a number, ? for what is not ASCII", () => {
    const rig = createDictionaryRig((settings) => {
      settings.user.serialNumber = "AB-1234ü";
    });
    expect(readObject(rig, 0x6030, 1)).toEqual(bytes(0x41, 0x42, 0x2d, 0x31));
    expect(readObject(rig, 0x6030, 2)).toEqual(bytes(0x32, 0x33, 0x34, 0x3f));
    expect(readObject(rig, 0x6030, 3)).toEqual(bytes(0, 0, 0, 0));
  });
});

describe("what a charger reports", () => {
  test("is kept, without any login", () => {
    const rig = createDictionaryRig((settings) => {
      settings.canopen.controlAccess = "login";
    });
    expect(writeObject(rig, 0x6001, 0, bytes(0x01))).toBe(0);
    expect(writeObject(rig, 0x6052, 0, bytes(0x51, 0x00))).toBe(0); // 81 / 8 Ah
    expect(writeObject(rig, 0x6080, 0, bytes(80))).toBe(0);
    expect(rig.application.charger).toEqual({
      status: 1,
      returned_Ah: 10.125,
      soc: 0.8,
      count: 1,
    });
    expect([readObject(rig, 0x6001), readObject(rig, 0x6052), readObject(rig, 0x6080)]).toEqual([
      ...[bytes(1), bytes(0x51, 0), bytes(80)],
    ]);
    expect(rig.asked).toEqual([]);
  });

  test("255 is no state of charge, 101 is too high", () => {
    const rig = createDictionaryRig();
    expect(readObject(rig, 0x6080)).toEqual(bytes(255));
    expect(writeObject(rig, 0x6080, 0, bytes(101))).toBe(0x0609_0031);
    expect(writeObject(rig, 0x6080, 0, bytes(100))).toBe(0);
    expect(rig.application.charger.soc).toBe(1);
    expect(writeObject(rig, 0x6080, 0, bytes(255))).toBe(0);
    expect(readObject(rig, 0x6080)).toEqual(bytes(255));
  });

  test("every bit of its status is kept as it came", () => {
    const rig = createDictionaryRig();
    writeObject(rig, 0x6001, 0, bytes(0xff));
    expect(readObject(rig, 0x6001)).toEqual(bytes(0xff));
  });
});
