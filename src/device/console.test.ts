// The console of a running device: over TCP and at the pseudo-terminal that stands for its USB port, with the real loop, store,
// journal and bus.

import { lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { sessionOptions, until } from "../../tests/rigs/session.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { ConsoleClient } from "./console-client.ts";
import { serviceAccount } from "./service-password.ts";
import { Session } from "./session.ts";
import { Store } from "./store.ts";
import { readJournal } from "./store-reader.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-console-"));
const newFolder = (): string => mkdtempSync(join(ROOT, "d-"));
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const QUIET: KeptChanges = {
  "canPort.server": "off",
  "canPort.terminal": "off",
  "modbus.tcp": false,
  "console.tcpPort": 0,
};
const PASSWORD = "correct horse battery";

async function start(changes: KeptChanges = {}, folder = newFolder()): Promise<Session> {
  const session = await Session.open(sessionOptions(folder, { hasPorts: true, changes: { ...QUIET, ...changes } }));
  session.start();
  ends.push(async () => {
    session.stop();
    await session.done;
  });
  await until(() => session.ports?.side.node.node !== undefined && session.ports.consoles.port > 0);
  return session;
}

async function attach(session: Session): Promise<(line: string) => Promise<string>> {
  const client = await ConsoleClient.open(
    { kind: "tcp", host: "127.0.0.1", port: session.ports!.consoles.port },
    10_000,
  );
  ends.push(() => client.close());
  return async (line) => (await client.command(line)).text;
}

async function withPassword(): Promise<string> {
  const folder = newFolder();
  const account = await serviceAccount(PASSWORD);
  const store = Store.open(folder);
  store.putAccount(account);
  store.close();
  return folder;
}

describe("reading", () => {
  test("signals and settings by name, standard objects by number, on this device without a node number", async () => {
    const session = await start();
    const say = await attach(session);
    await until(() => session.device.bms.measure.batteryValid === 1);
    expect(await say("r battery.cells")).toBe("16");
    expect(Number(await say("r battery_V"))).toBeGreaterThan(40);
    expect(await say("32 read 0x1018 2 u32")).toBe("33");
    expect(await say("r 0x1008 0 vs")).toBe('"BMS Mini 2.1"');
    expect(await say("r 0x2FFF 0 u8")).toMatch(/^ERROR:0x06020000/);
    expect(await say("r 0x1000 7 u8")).toMatch(/^ERROR:0x06090011/);
  });

  test("a node that is not there ends in the time-out that was set", async () => {
    const say = await attach(await start());
    expect(await say("set sdo_timeout 50")).toBe("OK");
    expect(await say("5 read 0x1000 0 u32")).toMatch(/^ERROR:0x05040000/);
  });

  test("the pseudo-terminal of the USB port speaks the same, with its name in the data folder", async () => {
    const folder = newFolder();
    const session = await start({}, folder);
    await until(() => session.device.bms.equipment.ports.usbState === 1);
    const client = await ConsoleClient.open({ kind: "serial", path: join(folder, "ports/usb") }, 10_000);
    ends.push(() => client.close());
    expect((await client.command("r battery.cells")).text).toBe("16");
    const { remarks, text } = await client.command("list");
    expect(text).toBe("OK");
    expect(remarks.length).toBeGreaterThan(1000);
  });
});

describe("writing", () => {
  test("settings need a login, are staged, and change with the commit, all or none; who did it is in the journal", async () => {
    const folder = await withPassword();
    const session = await start({}, folder);
    const say = await attach(session);
    expect(await say("w user.address Cellar")).toMatch(/^ERROR:0x08000021/);
    expect(await say("login wrong-password-here")).toMatch(/^ERROR:300/);
    expect(await say(`login "${PASSWORD}"`)).toBe("OK");
    expect(await say("w user.address Cellar")).toBe("OK");
    expect(session.device.bms.settings.user.address).toBe("");
    expect(await say("w session.commit 1")).toBe("OK");
    expect(session.device.bms.settings.user.address).toBe("Cellar");
    await until(() =>
      readJournal(folder).some(({ text, actor }) => /user\.address/.test(text) && actor.startsWith("console 127.")),
    );
    expect(await say("logout")).toBe("OK");
    expect(await say("w user.address Attic")).toMatch(/^ERROR:0x08000021/);
  });

  test("a login ends with its connection, and is nobody else's", async () => {
    const session = await start({}, await withPassword());
    const first = await attach(session);
    const second = await attach(session);
    expect(await first(`login "${PASSWORD}"`)).toBe("OK");
    expect(await second("w user.address Cellar")).toMatch(/^ERROR:0x08000021/);
    expect(await second("w 0x1017 0 u16 500")).toMatch(/^ERROR:302/);
    expect(await first("w 0x1017 0 u16 500")).toBe("OK");
  });

  test("what a charger reports of itself is not for a console without a login, which would make a charger online", async () => {
    const session = await start({ "canopen.pdoSet": "cia418" }, await withPassword());
    const say = await attach(session);
    for (const order of ["w 0x6001 0 u8 1", "w 0x6052 0 u16 8", "w 0x6080 0 u8 50"])
      expect(await say(order)).toMatch(/^ERROR:302/);
    expect(session.ports!.side.charger).toMatchObject({ status: 0, count: 0 });
    expect(await say(`login "${PASSWORD}"`)).toBe("OK");
    expect(await say("w 0x6001 0 u8 1")).toBe("OK");
    expect(session.ports!.side.charger).toMatchObject({ status: 1, count: 1 });
  });

  test("without a password nobody logs in, and the console says what to do", async () => {
    const say = await attach(await start());
    expect(await say("login whatever-it-is")).toMatch(/^ERROR:302 #no service password is set: run bms password/);
  });

  test("guessing is slowed down", async () => {
    const say = await attach(await start({}, await withPassword()));
    for (let guess = 0; guess < 4; guess++) expect(await say(`login guess-number-${guess}`)).toMatch(/^ERROR:300/);
    expect(await say(`login "${PASSWORD}"`)).toMatch(/^ERROR:302/);
  }, 60_000);
});

describe("as a master", () => {
  test("NMT stops and starts this device's node", async () => {
    const session = await start();
    const say = await attach(session);
    expect(await say("32 stop")).toBe("OK");
    await until(() => session.ports?.side.node.node?.state === "stopped");
    expect(await say("32 start")).toBe("OK");
    await until(() => session.ports?.side.node.node?.state === "operational");
  });

  test("LSS selects this device by its identity and gives it a node-ID, after a login", async () => {
    const session = await start({}, await withPassword());
    const say = await attach(session);
    const identity = ["0", "0x21", await say("r 0x1018 3"), await say("r 0x1018 4")].join(" ");
    expect(await say(`lss_switch_sel ${identity}`)).toMatch(/^ERROR:302/);
    expect(await say(`login "${PASSWORD}"`)).toBe("OK");
    expect(await say(`lss_switch_sel ${identity}`)).toBe("OK");
    expect(await say("lss_get_node")).toBe("32");
    expect(await say("lss_set_node 40")).toBe("OK");
    expect(await say("lss_switch_glob 0")).toBe("OK");
    expect(await say("32 reset comm")).toBe("OK");
    await until(() => session.ports?.side.node.node?.nodeId === 40);
    expect(await say("r 0x1000 0 x32")).toBe("0x000001A2");
  });
});

test("a device in standby says so", async () => {
  const session = await start();
  const say = await attach(session);
  session.device.run.awake = 0;
  expect(await say("r soc")).toMatch(/^ERROR:102 #the device is in standby/);
});

test("whoever leaves the USB port takes the login and the watch along, and the next one finds the port", async () => {
  const folder = await withPassword();
  const session = await start({}, folder);
  await until(() => session.device.bms.equipment.ports.usbState === 1);
  const port = join(folder, "ports/usb");
  const made = (): number => lstatSync(port, { throwIfNoEntry: false })?.ctimeMs ?? 0; // the terminal may get its old number again
  const before = made();
  const first = await ConsoleClient.open({ kind: "serial", path: port }, 10_000);
  expect((await first.command(`login "${PASSWORD}"`)).text).toBe("OK");
  expect((await first.command("watch soc 100")).text).toBe("OK");
  await first.close();
  await until(() => made() > before);
  const second = await ConsoleClient.open({ kind: "serial", path: port }, 10_000);
  ends.push(() => second.close());
  expect((await second.command("w user.address Cellar")).text).toMatch(/^ERROR:0x08000021/);
  expect((await second.command("r session.loggedIn")).text).toBe("0");
});

test("a refusal is explained by what was refused, not by what was refused before", async () => {
  const say = await attach(await start({}, await withPassword()));
  expect(await say("login wrong-password-here")).toMatch(/^ERROR:300/);
  expect(await say("w battery.cells 99")).toBe("ERROR:0x06090031 #value of parameter written too high");
});
