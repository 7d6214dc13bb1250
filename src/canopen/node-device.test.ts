// The node over the device's own objects, as `bms run` has it: the vendor's and CiA 418's PDOs as frames on the bus (golden values
// by hand from their pages), a charger that reports, inputs driven by PDO, and emergencies of protections.

import { describe, expect, test } from "vitest";
import {
  answerAll,
  bus,
  createRig,
  pass,
  type Rig,
  read,
  start,
  startRig,
  take,
  write,
} from "../../tools/fuzz/canopen-rig.ts";
import { createDictionaryRig, type DictionaryRig, holdSignal } from "../../tools/fuzz/dictionary-rig.ts";
import { turnTo } from "./application.ts";
import { applicationObjects } from "./application-objects.ts";
import { deviceNodeOptions } from "./device-node.ts";
import { lamps } from "./lamps.ts";
import { noteTick } from "./node.ts";
import { nodePresets } from "./node-presets.ts";

type PdoSet = "vendor" | "cia418" | "both";

/** 25.0 degC, 51.2 V, 20 A may be charged, 80 %: the values of the golden frames. */
function charging(pdoSet: PdoSet): { device: DictionaryRig; rig: Rig } {
  const device = createDictionaryRig((settings) => {
    settings.canopen.pdoSet = pdoSet;
    settings.can.heartbeat_ms = 0;
  });
  const signals = {
    maxTemperature_degC: 25,
    minTemperature_degC: 20,
    temperatureValid: 1,
    battery_V: 51.2,
    batteryValid: 1,
  };
  const more = {
    chargeLimit_A: 20,
    "signal.allowCharging": 1,
    soc: 0.8,
    socStarted: 1,
    current_A: -12.3,
    currentValid: 1,
  };
  for (const [name, value] of Object.entries({ ...signals, ...more })) holdSignal(device, name, value);
  const rig = createRig({
    deviceType: 418,
    objects: applicationObjects(device.application),
    presets: nodePresets(device.bms.settings),
    turn: (now_us) => turnTo(device.application, now_us),
  });
  return { device, rig };
}

describe("the vendor's set", () => {
  test("boots into Operational by itself, and sends nothing before a SYNC", () => {
    const { rig } = charging("vendor");
    expect(pass(rig, 10_000)).toEqual(["720: 00"]);
    expect(rig.node.state).toBe("operational");
    expect(lamps(rig.node)).toEqual({ run: "on", error: "off" });
  });

  test("each SYNC brings 1A0 and 2A0, bit for bit", () => {
    const { rig } = charging("vendor");
    pass(rig, 0);
    const [first, second] = bus(rig, "080:");
    // -12.3 A = FF85h, 20 and 25 degC, 80 %, 512 = 0200h.
    expect(first).toMatch(/^1A0: .. 85 FF 14 19 50 00 02$/);
    expect(second).toMatch(/^2A0:( ..){8}$/);
    expect(bus(rig, "080:").length).toBe(2);
  });

  test("no charger is listened to, and no input driven", () => {
    const { rig, device } = charging("vendor");
    pass(rig, 0);
    expect(bus(rig, "220: 01")).toEqual([]);
    expect(device.application.charger.count).toBe(0);
  });
});

describe("the set of CiA 418", () => {
  test("its three golden frames come with Operational, and each second", () => {
    const { rig } = charging("cia418");
    expect(pass(rig, 0)).toEqual(["720: 00", "1A0: C8 00 01", "2A0: C8 00 01 CD CC 00 00", "3A0: 40 01 50"]);
    expect(pass(rig, 999)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["1A0: C8 00 01", "2A0: C8 00 01 CD CC 00 00", "3A0: 40 01 50"]);
  });

  test("a change is told, not sooner than 100 ms after the last", () => {
    const { rig, device } = charging("cia418");
    pass(rig, 50);
    holdSignal(device, "soc", 0.79);
    take(rig, noteTick(rig.node, rig.now_us));
    expect(pass(rig, 49)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["3A0: 40 01 4F"]);
  });

  test("what a charger reports is heard", () => {
    const { rig, device } = charging("cia418");
    pass(rig, 0);
    bus(rig, "420: 01 50 00 4B"); // active, 10 Ah, 75 %
    expect(device.application.charger).toMatchObject({ status: 1, returned_Ah: 10, soc: 0.75, count: 1 });
    expect(bus(rig, "420: 01 50")).toEqual(["0A0: 10 82 11 03 02 00 00 00"]);
  });
});

test("both sets together: the vendor's on SYNC, CiA 418's by themselves", () => {
  const { rig } = charging("both");
  expect(pass(rig, 0)).toEqual(["720: 00", "3A0: 40 01 50", "4A0: C8 00 01 CD CC 00 00"]);
  expect(bus(rig, "080:").map((frame) => frame.slice(0, 4))).toEqual(["1A0:", "2A0:"]);
  expect(lamps(rig.node).error).toBe("off");
});

test("a master that switches RPDO4 on drives inputs: the device is asked once, and again when the answer has come", () => {
  const { rig } = charging("vendor");
  pass(rig, 0);
  expect(write(rig, 0x1403, 1, 0x0000_0520, 4)).toBe("ok");
  bus(rig, "520: 01 00 02 00 02 00 02 00");
  const asks = rig.asked.flatMap(({ asked }) => (asked.kind === "ask" ? asked.asks : []));
  expect(asks).toEqual([{ kind: "override", signal: expect.any(String), value: 1 }]);
  expect(answerAll(rig, { kind: "answers", answers: [{ ok: true }] })).toEqual([]);
  expect(rig.node.tickets.open.size).toBe(0);
});

test("any TPDO can be switched on with the mapping it is delivered with", () => {
  const { rig } = charging("vendor");
  pass(rig, 0);
  for (let n = 2; n < 12; n++) expect(write(rig, 0x1800 + n, 1, 0x4000_0000 + 0x1b0 + n, 4)).toBe("ok");
  expect(lamps(rig.node).error).toBe("off");
  expect(bus(rig, "080:").length).toBe(10); // two of the twelve are driven by events
});

describe("LSS on the device", () => {
  const store = (change: (device: DictionaryRig) => void): Rig => {
    const device = createDictionaryRig();
    change(device);
    const options = deviceNodeOptions(device.application, { dictionary: () => new Map() });
    const rig = startRig(options);
    bus(rig, "7E5: 04 01 00 00 00 00 00 00");
    bus(rig, "7E5: 11 21 00 00 00 00 00 00");
    bus(rig, "7E5: 17 00 00 00 00 00 00 00");
    return rig;
  };

  test("stores a node-ID for whoever has logged in, or where settings are open", () => {
    const loggedIn = (device: DictionaryRig): void => {
      device.application.session.until_us = 10_000_000;
    };
    const opened = (device: DictionaryRig): void => {
      device.bms.settings.canopen.settingsAccess = "open";
    };
    for (const change of [loggedIn, opened]) expect(store(change).asked.length).toBe(1);
  });

  test("stores nothing for anybody else", () => {
    expect(store(() => {}).asked).toEqual([]);
  });
});

test("1000h says 418", () => {
  const { rig } = charging("vendor");
  pass(rig, 0);
  expect(bus(rig, "620: 40 00 10 00 00 00 00 00")).toEqual(["5A0: 43 00 10 00 A2 01 00 00"]);
  expect(read(startRig(), 0x1000, 0)).toBe(0x0001_01a2);
  expect(start(rig)).toEqual([]);
});
