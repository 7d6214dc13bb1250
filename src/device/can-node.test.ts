// The device's node on its bus: reached by a master over the hub, with the real loop, store and journal.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { sessionOptions, until } from "../../tests/rigs/session.ts";
import { type CanFrame, extendedFrame, standardFrame } from "../base/can-frame.ts";
import { ABORT } from "../canopen/abort-codes.ts";
import { textBytes } from "../canopen/data-types.ts";
import {
  activateBitRate,
  configureBitRate,
  type LssTask,
  storeConfiguration,
  switchAll,
} from "../canopen/lss-master.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { ask } from "../virtual/device.ts";
import { CanopenMaster } from "./canopen-master.ts";
import { MACHINE_CLOCK } from "./machine-clock.ts";
import { Session, type SessionOptions } from "./session.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-can-node-"));
const newFolder = (): string => mkdtempSync(join(ROOT, "d-"));
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

type Bench = {
  readonly session: Session;
  readonly master: CanopenMaster;
  readonly frames: CanFrame[];
  readonly end: () => Promise<unknown>;
};

const OPTIONS = { timeout_ms: 5000, isBlock: false } as const;
const NODE = 32;
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const QUIET: KeptChanges = { "canPort.server": "off", "canPort.terminal": "off", "modbus.tcp": false };

type More = Partial<Pick<SessionOptions, "wall_ms">>;

async function start(changes: KeptChanges = {}, folder = newFolder(), more: More = {}): Promise<Bench> {
  const options = { hasPorts: true, changes: { ...QUIET, ...changes }, ...more };
  const session = await Session.open(sessionOptions(folder, options));
  const master = new CanopenMaster(session.ports!.can.hub, MACHINE_CLOCK.now_us, (act) => act());
  const frames: CanFrame[] = [];
  master.onFrame = (frame) => frames.push(frame);
  session.start();
  const end = async (): Promise<unknown> => {
    session.stop();
    return session.done;
  };
  ends.push(end);
  await until(() => master.monitor.has(NODE));
  return { session, master, frames, end };
}

const ids = ({ frames }: Bench): number[] => frames.map(({ id }) => id);

test("the node boots with the device, says so, and goes to Operational by itself", async () => {
  const bench = await start();
  await until(() => bench.session.ports?.side.node.node?.state === "operational");
  expect(bench.frames[0]).toMatchObject({ id: 0x720, length: 1 });
  expect([...bench.frames[0]!.data]).toEqual([0]);
});

test("the vendor's PDOs come on SYNC, as often as SYNC does", async () => {
  const bench = await start({ "can.sync_ms": 20 });
  await until(() => ids(bench).filter((id) => id === 0x1a0).length >= 10);
  const of = (id: number): number => ids(bench).filter((each) => each === id).length;
  expect(Math.abs(of(0x80) - of(0x1a0))).toBeLessThanOrEqual(1);
  expect(Math.abs(of(0x1a0) - of(0x2a0))).toBeLessThanOrEqual(1);
  expect(bench.frames.filter(({ id }) => id === 0x1a0).every(({ length }) => length === 8)).toBe(true);
});

test("an object is read, also in blocks, and one that is missing is refused", async () => {
  const { master } = await start();
  const type = await master.read(NODE, 0x1000, 0, OPTIONS);
  expect(type).toEqual({ ok: true, data: Uint8Array.of(0xa2, 1, 0, 0) });
  const name = await master.read(NODE, 0x1008, 0, { ...OPTIONS, isBlock: true });
  expect(name).toEqual({ ok: true, data: textBytes("BMS Mini 2.1") });
  expect(await master.read(NODE, 0x2fff, 0, OPTIONS)).toEqual({ ok: false, abort: ABORT.noObject, by: "server" });
});

test("parameters of communication that were stored are there after a restart, until they are restored", async () => {
  const folder = newFolder();
  const first = await start({}, folder);
  expect(await first.master.write(NODE, 0x1017, 0, u16(250), OPTIONS)).toMatchObject({ ok: true });
  expect(await first.master.write(NODE, 0x1010, 1, textBytes("save"), OPTIONS)).toMatchObject({ ok: true });
  await first.end();
  const second = await start({}, folder);
  expect(await second.master.read(NODE, 0x1017, 0, OPTIONS)).toEqual({ ok: true, data: u16(250) });
  expect(await second.master.write(NODE, 0x1011, 2, textBytes("load"), OPTIONS)).toMatchObject({ ok: true });
  await second.end();
  const third = await start({}, folder);
  expect(await third.master.read(NODE, 0x1017, 0, OPTIONS)).toEqual({ ok: true, data: u16(1000) });
});

test("a setting of the node is followed: the heartbeat at once, the node-ID with a new boot-up", async () => {
  const bench = await start();
  const change = (changes: KeptChanges): Promise<unknown> =>
    new Promise((resolve) => ask(bench.session.device, { kind: "set", changes }, resolve));
  expect(await change({ "can.heartbeat_ms": 20 })).toEqual({ ok: true });
  const before = bench.frames.length;
  await until(() => bench.frames.slice(before).filter(({ id }) => id === 0x720).length >= 5);
  expect(await change({ "can.nodeId": 33 })).toEqual({ ok: true });
  await until(() => bench.master.monitor.has(33));
  expect([...bench.frames.find(({ id }) => id === 0x721)!.data]).toEqual([0]);
});

const NO_LOGIN = { "canopen.settingsAccess": "open" } as const;
/** What a slave answers; orders that no slave answers wait for nothing. */
const order = <T>({ master }: Bench, task: LssTask<T>): Promise<T> => master.lss(task, 5_000_000);
const tell = <T>({ master }: Bench, task: LssTask<T>): Promise<T> => master.lss(task, 1000);

/** Bit rates at which the bus is opened from now on, kbit/s. */
function ratesOf({ session }: Bench): number[] {
  const rates: number[] = [];
  session.ports!.onTold = (words) => {
    const [, rate] = /^CAN: a modelled bus of (\d+)/.exec(words) ?? [];
    if (rate !== undefined) rates.push(Number(rate));
  };
  return rates;
}

test("a bit rate that LSS stores is answered at the old one and waits for its activation (CiA 305)", {
  timeout: 30_000,
}, async () => {
  const bench = await start(NO_LOGIN);
  const rates = ratesOf(bench);
  const settings = (): { bitRate: string } => bench.session.device.bms.settings.can;
  await tell(bench, switchAll("configuration"));
  expect(await order(bench, configureBitRate(500))).toMatchObject({ ok: true });
  expect(await order(bench, storeConfiguration())).toMatchObject({ ok: true });
  expect(settings().bitRate).toBe("500");
  expect(rates).toEqual([]);
  await tell(bench, activateBitRate(50));
  await until(() => rates.length > 0);
  expect(rates).toEqual([500]);
});

test("a bit rate that LSS has activated without storing it outlives other settings, until they choose one", {
  timeout: 30_000,
}, async () => {
  const bench = await start(NO_LOGIN);
  const rates = ratesOf(bench);
  const change = (changes: KeptChanges): Promise<unknown> =>
    new Promise((resolve) => ask(bench.session.device, { kind: "set", changes }, resolve));
  await tell(bench, switchAll("configuration"));
  await order(bench, configureBitRate(1000));
  await tell(bench, activateBitRate(10));
  await until(() => rates.length === 1);
  await change({ "user.address": "elsewhere" });
  await change({ "can.heartbeat_ms": 30 });
  const before = bench.frames.length;
  await until(() => bench.frames.slice(before).filter(({ id }) => id === 0x720).length >= 3);
  expect(rates).toEqual([1000]);
  await change({ "can.bitRate": "125" });
  await until(() => rates.length === 2);
  expect(rates).toEqual([1000, 125]);
});

test("a node that is closed while its stored parameters are still read does not join the bus", async () => {
  const session = await Session.open(sessionOptions(newFolder(), { hasPorts: true, changes: QUIET }));
  const { side, can } = session.ports!;
  const attach = vi.spyOn(can.hub, "attach");
  side.open();
  side.close();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(attach).toHaveBeenCalledTimes(1); // of the equipment, at once
  session.start();
  session.stop();
  await session.done;
});

test("frames lost in three ticks running are told once, and that it is over once they are lost no more (8110h)", async () => {
  const bench = await start();
  const { node } = bench.session.ports!.side;
  await until(() => node.node?.state === "operational");
  let lost = 0;
  vi.spyOn(node, "lost", "get").mockImplementation(() => lost);
  const codes = (): number[] =>
    bench.frames.filter(({ id }) => id === 0x0a0).map(({ data }) => data[0]! + 256 * data[1]!);
  for (lost = 1; lost < 4; lost++) node.afterTick("active");
  await until(() => codes().includes(0x8110));
  await until(() => codes().at(-1) === 0);
  expect(await bench.master.read(NODE, 0x1001, 0, OPTIONS)).toEqual({ ok: true, data: Uint8Array.of(0) });
});

const PRODUCED = Uint8Array.of(0, 1, 0, 0x40); // 1012h: bit 30, 100h
const timesOf = ({ frames }: Bench): DataView[] =>
  frames
    .filter(({ id }) => id === 0x100)
    .map(({ data: { buffer, byteOffset } }) => new DataView(buffer, byteOffset, 6));

test("TIME comes each second of the wall clock once 1012h bit 30 asks for it, days since 1984 after milliseconds", async () => {
  const bench = await start({}, newFolder(), { wall_ms: Date.now });
  expect(await bench.master.write(NODE, 0x1012, 0, PRODUCED, OPTIONS)).toMatchObject({ ok: true });
  await until(() => timesOf(bench).length >= 3);
  const seconds = timesOf(bench).map(
    (view) => Math.floor(view.getUint32(0, true) / 1000) + 86_400 * view.getUint16(4, true),
  );
  expect(new Set(seconds).size).toBe(seconds.length);
  const now_s = (Date.now() - Date.UTC(1984, 0, 1)) / 1000;
  for (const each of seconds) expect(Math.abs(each - now_s)).toBeLessThan(30);
});

test("a clock that nobody has set is told to nobody", async () => {
  const bench = await start({}, newFolder(), { wall_ms: () => MACHINE_CLOCK.now_us() / 1000 }); // 1970
  expect(await bench.master.write(NODE, 0x1012, 0, PRODUCED, OPTIONS)).toMatchObject({ ok: true });
  const before = bench.frames.length;
  await until(() => bench.frames.slice(before).filter(({ id }) => id === 0x720).length >= 3); // 3 s of heartbeats
  expect(timesOf(bench)).toEqual([]);
});

test.each([
  ["loopback", true],
  ["any", false],
] as const)(
  "a bus whose server listens to %s: whoever writes there counts as on the wire: %s",
  async (listen, isOnWire) => {
    const changes = { "canPort.server": "on", "canPort.serverPort": 0, "canPort.listen": listen } as const;
    const { master } = await start({ ...changes, "canopen.controlAccess": "local" });
    const written = await master.write(NODE, 0x5100, 1, u16(1), OPTIONS);
    expect(written).toEqual(
      isOnWire ? { ok: true, data: new Uint8Array(0) } : { ok: false, abort: ABORT.localControl, by: "server" },
    );
  },
);

test("a fault is an emergency on the bus with its code, register and element, and its end is told too", async () => {
  const bench = await start();
  await until(() => bench.session.device.bms.measure.batteryValid === 1);
  const emergencies = (): number[][] => bench.frames.filter(({ id }) => id === 0x0a0).map(({ data }) => [...data]);
  const row = bench.session.device.bms.protect.active as Record<string, number>;
  row["overvoltage"] = 1;
  bench.session.device.bms.protect.faults.overvoltage.element = 6;
  await until(() => emergencies().length > 0);
  expect(emergencies()[0]).toEqual([0x10, 0x32, 0x05, 4, 7, 0, 0, 0]);
});

test("a charger on the bus is told what to give, makes the charger connected, and is missed when it falls silent", async () => {
  const bench = await start({ "j1939Charger.enable": true, "j1939Charger.receiveTimeout_ms": 300 });
  const { bms } = bench.session.device;
  const told = (): CanFrame | undefined => bench.frames.findLast(({ id, extended }) => extended && id === 0x1806e5f4);
  await until(() => told() !== undefined);
  const status = Uint8Array.of(0x02, 0x12, 0, 0x64, 0, 0, 0, 0); // 53.0 V, 10.0 A
  const speak = setInterval(() => bench.master.send(extendedFrame(0x18ff50e5, status)), 50);
  ends.push(async () => clearInterval(speak));
  await until(() => bms.measure.chargerOnline === 1);
  expect(bms.equipment.charger.output_V).toBeCloseTo(53, 6);
  await until(() => told()?.data[4] === 0);
  clearInterval(speak);
  await until(() => bms.measure.chargerOnline === 0);
});

describe("a charger that charges", () => {
  const STOPPED = 1;
  const told = ({ frames }: Bench): CanFrame[] => frames.filter(({ id, extended }) => extended && id === 0x1806e5f4);

  async function charging(): Promise<Bench> {
    const bench = await start({ "j1939Charger.enable": true, "j1939Charger.outputPeriod_ms": 100 });
    const status = Uint8Array.of(0x02, 0x12, 0, 0x64, 0, 0, 0, 0);
    const speak = setInterval(() => bench.master.send(extendedFrame(0x18ff50e5, status)), 50);
    ends.push(async () => clearInterval(speak));
    await until(() => told(bench).at(-1)?.data[4] === 0);
    return bench;
  }

  test("is stopped when the device leaves the bus", async () => {
    const bench = await charging();
    bench.session.ports!.side.close();
    expect(told(bench).at(-1)?.data.subarray(2, 5)).toEqual(Uint8Array.of(0, 0, STOPPED));
  });

  test("is stopped when the device falls asleep, and hears nothing more", async () => {
    const bench = await charging();
    bench.session.device.run.awake = 0;
    await until(() => told(bench).at(-1)?.data[4] === STOPPED);
    const count = told(bench).length;
    const slept_us = MACHINE_CLOCK.now_us();
    await until(() => MACHINE_CLOCK.now_us() - slept_us > 250_000 || bench.session.device.run.awake === 1);
    expect([bench.session.device.run.awake, told(bench).length]).toEqual([0, count]);
  });
});

test("of the samples of a shunt that come between two ticks the newest is handed to the core, alone", async () => {
  const { session } = await start({ "shunt.enable": true });
  const { device } = session;
  const place = session.ports!.can.hub.attach({ receive: () => {}, isOwn: true });
  await until(() => session.ports?.side.node.node?.state === "operational");
  for (let mA = 1; mA <= 10; mA++) place.send(standardFrame(0x521, Uint8Array.of(0, 3, 0, 0, 0, mA)));
  const waiting = device.inbox.filter(({ request }) => request.kind === "shunt");
  expect(waiting.map(({ request }) => request)).toEqual([{ kind: "shunt", current_A: expect.closeTo(0.01, 9) }]);
  await until(() => device.bms.measure.shunt_A !== 0);
  expect(device.bms.measure.shunt_A).toBeCloseTo(0.01, 9);
  place.detach();
});

test("a charger after CiA 419 that sends its status is online, and lost once it is silent", async () => {
  const changes = { "canopen.pdoSet": "cia418", "equipment.chargerTimeout_ms": 300 } as const;
  const { session, frames } = await start(changes);
  await until(() => session.ports?.side.node.node?.state === "operational");
  const place = session.ports!.can.hub.attach({ receive: () => {}, isOwn: true });
  place.send(standardFrame(0x220, Uint8Array.of(1))); // RPDO1: active
  const { measure, equipment } = session.device.bms;
  await until(() => measure.chargerOnline === 1);
  expect(equipment.charger.status).toBe(2);
  await until(() => measure.chargerOnline === 0);
  place.detach();
  expect(frames.some(({ id, length }) => id === 0x3a0 && length === 3)).toBe(true); // the module's own TPDO3
});

test("an inverter is told limits that never drop while nothing limits, however unevenly the loop runs", async () => {
  const bench = await start({ "inverter.profile": "pylontech", "can.bitRate": "500", "inverter.period_ms": 200 });
  const limits = (): CanFrame[] => bench.frames.filter(({ id }) => id === 0x351);
  const charge_A = (frame: CanFrame): number => (frame.data[2]! + 256 * frame.data[3]!) / 10;
  await until(() => limits().some((frame) => charge_A(frame) > 0));
  const before = limits().length;
  await until(() => limits().length >= before + 25);
  expect(Math.min(...limits().slice(before).map(charge_A))).toBeGreaterThan(0);
}, 40_000);
