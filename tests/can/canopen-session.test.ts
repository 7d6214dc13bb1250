// Other people's programs in a whole CANopen session with a real `bms run`: a tool of Debian's python-can at both of the device's doors,
// tshark's eyes on all that was said, npm's canopen over TCP.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CanFrame, standardFrame } from "../../src/base/can-frame.ts";
import { openSocketcand } from "../../src/device/socketcand-link.ts";
import { candumpLine } from "../../src/log/can-frame.ts";
import { isPresent } from "../../tools/debian-packages.ts";
import { dissect } from "../rigs/dissector.ts";
import { freePorts, type Line, type ModbusDevice, startModbusDevice } from "../rigs/modbus-device.ts";
import { thorough } from "../thorough.ts";
import { openForeignMaster } from "./foreign-master.ts";

/** Debian's own Python, whichever else is first on the path. */
const PYTHON = "/usr/bin/python3";
const hasPython = isPresent("python3-can");
const SCRIPT = new URL("./canopen_session.py", import.meta.url).pathname;
const SHEET = new URL("../../docs/bms-mini.eds", import.meta.url).pathname;
const PASSWORD = "a password that takes segments";
/** Heard at once, and gone soon; nothing else is opened by it. */
const COVER = { enable: true, setDelay_ms: 0, clearDelay_s: 0.2, lock: false };

let device: ModbusDevice;
let port = 0;
const folder = mkdtempSync(join(tmpdir(), "bms-mini-canopen-"));
beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  const settings = {
    ...{ canPort: { serverPort: port }, can: { bitRate: "1000" }, protections: { batteryCover: COVER } },
    user: { serialNumber: "20261129" },
  };
  device = await startModbusDevice(settings, PASSWORD);
  await Promise.all([/^bms: CAN bus can0 \(socketcand\) at/m, /^bms: CAN: slcan adapter at/m].map(device.told));
}, 30_000);
afterAll(async () => {
  await device?.end();
  rmSync(folder, { recursive: true, force: true });
});

const ABORT = { noObject: 0x0602_0000, readOnly: 0x0601_0002, tooHigh: 0x0609_0031, notAllowed: 0x0800_0021 } as const;
const WRONG_VALUE = 0x0609_0030;

/** What a session comes to; each number is CiA 301's, or docs/canopen.md's where it is the device's own. */
const expected = (door: string) => ({
  ...{ boot_up: [0], state: 5, heartbeat: 0, boot_up_again: [0] },
  ...{ type: "a2010000", name: "BMS Mini 2.1", name_in_a_block: "BMS Mini 2.1" },
  ...{ missing: ABORT.noObject, missing_in_blocks: ABORT.noObject, read_only: ABORT.readOnly },
  ...{ staged_unasked: ABORT.notAllowed, login_wrong: WRONG_VALUE, login_right: 0, too_high: ABORT.tooHigh },
  ...{ staged: [0, 0], commit: 0, result: 1, setting: `made by ${door}`, followed: door === "tcp" ? 500 : 400 },
  ...{ logout: 0, staged_after: ABORT.notAllowed },
  ...{ stopped: 4, mute_while_stopped: true, pre_operational: 127, no_pdo_before_start: true, operational: 5 },
  ...{ cover_open: 0, emergency: "1090012000000000", register: 1 },
  ...{ cover_shut: 0, emergency_over: "0000002000000000" },
  ...{ selected: "4400000000000000", identity: [0, 0x21, expect.any(Number), 20261129], nodes: [32] },
});

type Found = Readonly<Record<string, unknown>> & {
  readonly pdos: readonly (readonly [string, string])[];
  readonly voltage: number;
  readonly soc: number;
  readonly identity: readonly number[];
  readonly inquired: readonly number[];
  readonly sheet?: string;
};

async function session(place: string, log: string, ...more: readonly string[]): Promise<Found> {
  const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, place, "1000000", PASSWORD, log, ...more], {
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout) as Found;
}

/** What the device itself says while something goes on. */
async function linesDuring<T>(going: Promise<T>): Promise<readonly [T, readonly Line[]]> {
  const lines = [await device.until(({ contactors, current_A }) => contactors["charge"] === true && current_A < -5)];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) lines.push(await device.next());
  })();
  const result = await going.finally(() => {
    isOver = true;
  });
  await watching;
  return [result, lines];
}

/** The PDOs carry what the device itself says, in the vendor's scales: 0.1 A, degC, %, 0.1 V. */
function expectPlausible({ pdos, voltage, soc, identity, inquired }: Found, lines: readonly Line[]): void {
  const expectAmong = (value: number, all: readonly number[], leeway: number): void => {
    expect(value).toBeGreaterThanOrEqual(Math.min(...all) - leeway);
    expect(value).toBeLessThanOrEqual(Math.max(...all) + leeway);
  };
  const [voltages_V, currents_A] = [lines.map(({ battery_V }) => battery_V), lines.map(({ current_A }) => current_A)];
  for (const [first, second] of pdos) {
    const bytes = Buffer.from(first, "hex");
    expect([bytes.length, second.length]).toEqual([8, 16]);
    expectAmong(bytes.readInt16LE(1) / 10, currents_A, 3);
    expectAmong(bytes.readUInt16LE(6) / 10, voltages_V, 0.2);
    expect(bytes.readInt8(3)).toBeLessThanOrEqual(bytes.readInt8(4));
    expect(bytes[5]).toBe(soc);
  }
  expectAmong(voltage / 10, voltages_V, 0.2);
  expect(inquired).toEqual([...identity, 32]);
}

const doors = [
  ["over TCP, the whole data sheet in blocks with CRC with it", "tcp", ["sheet"]],
  ["at the pseudo-terminal", "pty", []],
] as const;

test.skipIf(!hasPython).each(doors)(
  "a tool of python-can, where it is installed, goes through a whole session %s",
  {
    timeout: 60_000,
  },
  async (_, door, more) => {
    const place = door === "tcp" ? `tcp:${port}` : join(device.data, "ports/can");
    await device.until(({ contactors }) => contactors["charge"] === true);
    const [{ sheet, ...found }, lines] = await linesDuring(session(place, join(folder, `${door}.log`), ...more));
    expect(found).toMatchObject(expected(door));
    expectPlausible(found as Found, lines);
    if (door === "tcp") expect(sheet).toBe(readFileSync(SHEET, "latin1"));
  },
);

/** Of the device alone, undisturbed, asked by a master's SYNC ten times a second; candump's lines. */
async function recordWithSync(seconds: number): Promise<string> {
  const lines: string[] = [];
  const note = (frame: CanFrame): void => {
    lines.push(candumpLine({ ...frame, bus: "can0", error: false, direction: "rx" }, performance.now() * 1000));
  };
  const events = { received: () => true, ready: () => {}, bus: () => {}, lost: () => {}, failed: () => {} };
  const place = { host: "127.0.0.1", port, channel: "can0" };
  const received = (frame: CanFrame): boolean => {
    note(frame);
    return true;
  };
  const link = await openSocketcand(place, { ...events, received });
  link.send(standardFrame(0, Uint8Array.of(1, 32)));
  const timer = setInterval(() => {
    const sync = standardFrame(0x080, new Uint8Array(0));
    if (link.send(sync)) note(sync);
  }, 100);
  const start = await device.next();
  for (let line = start; line.time_s < start.time_s + seconds; ) line = await device.next();
  clearInterval(timer);
  await link.close();
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

const MINUTE_s = thorough(60, 3);
test.skipIf(!isPresent("tshark"))(
  `tshark, where it is installed, knows every frame of ${MINUTE_s} s of the device's own traffic under SYNC`,
  { timeout: (MINUTE_s + 30) * 1000 },
  async () => {
    const found = await dissect(await recordWithSync(MINUTE_s));
    expect(found.filter(({ complaints, kind }) => complaints.length > 0 || kind === "")).toEqual([]);
    const of = (wanted: string): number => found.filter(({ kind }) => kind === wanted).length;
    expect(of("SYNC")).toBeGreaterThanOrEqual(5 * MINUTE_s);
    for (const kind of ["PDO1 (tx)", "PDO2 (tx)"]) expect(of(kind), kind).toBeGreaterThanOrEqual(MINUTE_s / 2);
    expect(of("NMT Error Control")).toBeGreaterThanOrEqual(MINUTE_s / 2);
  },
);

/** What tshark has names for, and what a session has of it. */
const KINDS = [
  ...["Default-SDO (rx)", "Default-SDO (tx)", "EMCY", "LSS (Master)", "LSS (Slave)"],
  ...["NMT", "NMT Error Control", "PDO1 (tx)", "PDO2 (tx)", "SYNC"],
];

test.skipIf(!hasPython || !isPresent("tshark"))(
  "tshark, where it is installed, finds nothing malformed in these sessions and knows each of their services",
  { timeout: 60_000 },
  async () => {
    for (const [, door] of doors) {
      const found = await dissect(readFileSync(join(folder, `${door}.log`), "utf8"));
      expect(found.filter(({ complaints }) => complaints.length > 0)).toEqual([]);
      expect([...new Set(found.map(({ kind }) => kind))].toSorted()).toEqual(KINDS);
    }
  },
);

test("npm's canopen over TCP reads and writes, is refused, and takes the node through its states", {
  timeout: 40_000,
}, async () => {
  const master = await openForeignMaster(port);
  try {
    const { sdo, nmt, states } = master;
    const asking = (index: number, subIndex: number, blockTransfer = false) => ({
      ...{ deviceId: 32, index, subIndex, timeout: 5000, blockTransfer, blockInterval: 0 },
    });
    expect((await sdo.upload(asking(0x1008, 0))).toString()).toBe("BMS Mini 2.1");
    expect((await sdo.upload(asking(0x1008, 0, true))).toString()).toBe("BMS Mini 2.1");
    await sdo.download({ ...asking(0x1017, 0), data: Buffer.of(50, 0) });
    expect([...(await sdo.upload(asking(0x1017, 0)))]).toEqual([50, 0]);
    await expect(sdo.upload(asking(0x2fff, 0))).rejects.toMatchObject({ code: ABORT.noObject });
    await expect(sdo.download({ ...asking(0x3028, 3), data: Buffer.from("no login") })).rejects.toMatchObject({
      code: ABORT.notAllowed,
    });
    nmt.stopNode(32);
    await states.until(4);
    nmt.startNode(32);
    await states.until(5);
    nmt.resetNode(32);
    await states.until(0);
  } finally {
    await master.close();
  }
});
