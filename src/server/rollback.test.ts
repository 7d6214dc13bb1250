// Going back to a revision over the interface, with a device that has settings and a data folder that remembers each of their changes.

import { afterEach, describe, expect, test } from "vitest";
import { newFolder } from "../../tests/log-folders.ts";
import { askAt, createDeskRig, run } from "../../tests/rigs/desk.ts";
import { createMonitorRig, headersOf } from "../../tests/rigs/monitor-app.ts";
import { Store } from "../device/store.ts";
import { KEPT_REVISIONS } from "../device/store-settings.ts";
import { differences } from "../model/kept-settings.ts";
import type { Role } from "../model/rows.ts";
import { createSettings, getSetting, type SettingValue } from "../model/settings.ts";
import { changeSettings, validateSettings } from "../model/validation.ts";
import type { DeviceLink } from "./answerers.ts";
import { createDataOperations, DEFAULT_SETUP } from "./data/data-operations.ts";
import { BASE } from "./openapi.ts";

type Values = Readonly<Record<string, SettingValue>>;

const LIMIT = "protections.overvoltage.limit_V";
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A device that has run so long, all of whose changes are revisions of a data folder. */
async function start(run_s = 0.1, base = createSettings()) {
  const desk = createDeskRig(run_s, base);
  const folder = newFolder();
  const store = Store.open(folder);
  const keep = (values: Values) => store.keep(DEFAULT_SETUP, values, { wall_ms: 0, actor: "test" });
  const settings = () => desk.pack.device.bms.settings;
  const ask = async (name: never, input: never, who: never) => {
    const reply = askAt(desk, name, input, who);
    keep(differences(base, settings()));
    return reply;
  };
  const data = createDataOperations(folder);
  const device = { ask, tell: () => {} } as unknown as DeviceLink;
  const rig = await createMonitorRig("people", { device, data });
  ends.push(async () => {
    await rig.close();
    await data.close();
    store.close();
  });
  const post =
    (path: string) =>
    (payload: object, role: Role = "service") =>
      rig.inject({ method: "POST", url: `${BASE}${path}`, headers: headersOf(rig, role, "token"), payload });
  const [apply, rollBack] = [post("/settings"), post("/settings/rollback")];
  const change = async (changes: Values): Promise<void> => {
    const reply = await apply({ changes });
    expect(reply.statusCode, reply.body).toBe(200);
  };
  return { desk, settings, keep, change, rollBack };
}

describe.each([
  ["another chemistry", { "battery.chemistry": "NMC" }, { [LIMIT]: 4.24 }],
  ["one of low voltage", { "battery.chemistry": "LTO" }, { [LIMIT]: 2.84 }],
  ["none that presets know", { "battery.chemistry": "custom" }, { [LIMIT]: 3.73 }],
  ["more cells of less capacity", { "battery.cells": 18, "battery.capacity_Ah": 40 }, { [LIMIT]: 3.74 }],
  ["another sensor", { "currentSensor.type": "DHAB S/133" }, { "currentSensor.zeroThreshold_A": 0.4 }],
] as const)("after %s and then a limit", (_, preset, limit) => {
  const first = { [LIMIT]: 3.72, "battery.resistance_Ohm": 0.0003, "user.serialNumber": "SN 1" };

  test("the way back over both revisions leads to exactly the settings of the first, which pass the cross-checks", async () => {
    const { settings, change, rollBack } = await start();
    await change(first);
    const then = structuredClone(settings());
    await change(preset);
    const between = structuredClone(settings());
    await change(limit);
    const there = await rollBack({ revision: 1 });
    expect(there.statusCode, there.body).toBe(200);
    expect(settings()).toEqual(then);
    expect(validateSettings(settings())).toEqual([]);
    const forth = await rollBack({ revision: 2 }); // and forth again
    expect(forth.statusCode, forth.body).toBe(200);
    expect(settings()).toEqual(between);
  });
});

describe("revision 0 is the device as it was made", () => {
  test("the API undoes the first change, and goes forth to it again", async () => {
    const { settings, change, rollBack } = await start();
    const made = structuredClone(settings());
    await change({ [LIMIT]: 3.72 });
    const there = await rollBack({ revision: 0 });
    expect(there.statusCode, there.body).toBe(200);
    expect(there.json().changes).toMatchObject([{ name: LIMIT, from: 3.72 }]);
    expect(settings()).toEqual(made);
    expect((await rollBack({ revision: 1 })).statusCode).toBe(200);
    expect(getSetting(settings(), LIMIT)).toBe(3.72);
  });

  test("also over another chemistry, and when the first revisions are no longer kept", async () => {
    const { settings, keep, change, rollBack } = await start();
    const made = structuredClone(settings());
    await change({ "battery.chemistry": "NMC" });
    for (let time = 0; time < KEPT_REVISIONS; time++) keep({ "user.serialNumber": `SN ${time}` });
    expect((await rollBack({ revision: 1 })).statusCode).toBe(404);
    const there = await rollBack({ revision: 0 });
    expect(there.statusCode, there.body).toBe(200);
    expect(settings()).toEqual(made);
  });

  test("a device of a scenario goes back to the settings of its scenario, and from revision to revision of them", async () => {
    const changes = { "battery.chemistry": "NMC", "battery.cells": 14, [LIMIT]: 4.24 };
    const made = changeSettings(createSettings(), changes);
    if (!made.ok) throw new Error("the scenario's settings do not go together");
    const base = made.settings;
    const { settings, change, rollBack } = await start(0.1, base);
    await change({ [LIMIT]: 4.23 });
    const first = structuredClone(settings());
    await change({ [LIMIT]: getSetting(createSettings(), LIMIT)!, "battery.chemistry": "LFP" }); // as shipped, which the scenario is not
    for (const [revision, target] of [
      [1, first],
      [0, base],
    ] as const) {
      const there = await rollBack({ revision });
      expect(there.statusCode, there.body).toBe(200);
      expect(settings()).toEqual(target);
    }
  });

  test("with nothing changed yet there is nothing to change", async () => {
    const { settings, rollBack } = await start();
    const made = structuredClone(settings());
    const there = await rollBack({ revision: 0 });
    expect([there.statusCode, there.json().changes]).toEqual([200, []]);
    expect(settings()).toEqual(made);
    expect((await rollBack({ revision: -1 })).statusCode).toBe(400);
  });
});

describe("a way back that is refused says why, and changes nothing", () => {
  const SECOND = { "battery.chemistry": "NMC", [LIMIT]: 4.24 };

  test.each([
    [
      "the cross-checks",
      { "protections.overvoltage.tolerant_V": 3.9, [LIMIT]: 3.72 },
      "protections.overvoltage.tolerant_V",
    ],
    ["a range that has become narrower", { [LIMIT]: 99 }, LIMIT],
  ])("by %s", async (_, kept, named) => {
    const { settings, keep, change, rollBack } = await start();
    keep(kept); // as an earlier program let it pass
    await change(SECOND);
    const before = structuredClone(settings());
    const refused = await rollBack({ revision: 1 });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().violations.map(({ setting }: { setting: string }) => setting)).toContain(named);
    expect(refused.json().detail).toMatch(/\w/);
    expect(settings()).toEqual(before);
  });

  test("by contactors that are closed, over a chemistry", async () => {
    const { desk, settings, keep, change, rollBack } = await start();
    keep({ "battery.chemistry": "NMC", "user.serialNumber": "SN 1" });
    await change({ "user.serialNumber": "SN 2" });
    run(desk, 15);
    const before = structuredClone(settings());
    const refused = await rollBack({ revision: 1 });
    expect(refused.statusCode, refused.body).toBe(422);
    expect(refused.body).toContain("contactors");
    expect(settings()).toEqual(before);
  });

  test("by settings of the owner's that differ, for anybody else", async () => {
    const { settings, keep, change, rollBack } = await start();
    keep({ "modbus.serialPort": "/dev/ttyUSB7", "user.serialNumber": "SN 1" });
    await change({ "user.serialNumber": "SN 2" });
    const before = structuredClone(settings());
    const refused = await rollBack({ revision: 1 });
    expect([refused.statusCode, refused.json().detail]).toEqual([403, "only an owner may change modbus.serialPort"]);
    expect(settings()).toEqual(before);
    const allowed = await rollBack({ revision: 1 }, "owner");
    expect(allowed.statusCode, allowed.body).toBe(200);
    expect([settings().modbus.serialPort, settings().user.serialNumber]).toEqual(["/dev/ttyUSB7", "SN 1"]);
  });

  test("by a revision that is none, settings that moved meanwhile, and a lesser role", async () => {
    const { settings, change, rollBack } = await start();
    await change({ "user.serialNumber": "SN 1" });
    await change({ "user.serialNumber": "SN 9" });
    expect((await rollBack({ revision: 7 })).statusCode).toBe(404);
    expect((await rollBack({ revision: 1, settingsKey: "00000000" })).statusCode).toBe(409);
    expect((await rollBack({ revision: 1 }, "operator")).statusCode).toBe(403);
    expect(settings().user.serialNumber).toBe("SN 9");
  });
});

test("what changed is told with the key of what is in force then; secrets stay as they are", async () => {
  const { settings, change, rollBack } = await start();
  await change({ "user.serialNumber": "SN 1" });
  await change({ "user.serialNumber": "SN 9", "ftp.password": "another secret" });
  const there = await rollBack({ revision: 1 });
  expect(there.json().changes).toEqual([{ name: "user.serialNumber", from: "SN 9", to: "SN 1" }]);
  expect(settings()).toMatchObject({ ftp: { password: "another secret" } });
  const moved = await rollBack({ revision: 2, settingsKey: there.json().settingsKey });
  expect(moved.statusCode, moved.body).toBe(200);
});
