// The RS-485 port of a device whose loop is late: on a real pseudo-terminal, with a clock that the test holds.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { createDeskRig } from "../../tests/rigs/desk.ts";
import { until } from "../../tests/rigs/session.ts";
import { rtuFrame } from "../modbus/framing.ts";
import { BusDesk } from "./bus-desk.ts";
import type { ByteLink } from "./byte-link.ts";
import { ModbusDesk } from "./modbus-desk.ts";
import { Rs485 } from "./rs485.ts";
import { openSerialPort } from "./serial-port.ts";

const folder = mkdtempSync(join(tmpdir(), "bms-mini-rs485-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAME = join(folder, "rs485");
const LINE = { baud: 9600, parity: "none", stopBits: 1 } as const;
const BETWEEN_us = 3646; // 3.5 characters of 10 bits at 9600 bit/s
const READ = rtuFrame(32, Uint8Array.of(3, 0x58, 0x30, 0, 1));
const ANSWER = [...rtuFrame(32, Uint8Array.of(3, 2, 0, 0))];

let now_us = 0;
/** How often the port has asked for the time: it does whenever bytes come, and when it looks whether a frame has ended. */
let looks = 0;
let heard: number[] = [];
let rs485: Rs485;
let master: ByteLink;

beforeEach(async () => {
  const { pack } = createDeskRig(0);
  pack.device.run.awake = 1;
  const desk = new ModbusDesk(new BusDesk(pack.device, pack.journal, undefined as never)); // the store is for passwords
  const clock = (): number => {
    looks++;
    return now_us;
  };
  const events = { opened: () => {}, failed: () => {}, noticed: () => {}, guard: (act: () => void) => act() };
  rs485 = new Rs485(desk, pack.device.bms.settings, NAME, clock, events);
  await rs485.open();
  heard = [];
  master = await openSerialPort(NAME, LINE, { received: (chunk) => heard.push(...chunk), failed: () => {} });
});

afterEach(async () => {
  await master.close();
  await rs485.close();
});

/** Returns when the port has read it. */
async function say(bytes: Uint8Array): Promise<void> {
  const before = looks;
  master.write(bytes);
  await until(() => looks > before);
}

/** The line is silent, and the port looks in time. */
async function silence(): Promise<void> {
  now_us += BETWEEN_us;
  await until(() => heard.length >= ANSWER.length);
}

test("a frame is answered 3.5 characters after it", async () => {
  await say(READ);
  await silence();
  expect(heard).toEqual(ANSWER);
});

test("a frame whose second half lies at the port when a late loop comes to look is answered", async () => {
  await say(READ.slice(0, 4));
  master.write(READ.slice(4)); // in time
  stayBusy();
  await turns(20);
  await silence();
  expect(heard).toEqual(ANSWER);
});

test("a frame whose second half comes after 3.5 characters, to a loop that has looked meanwhile, is not", async () => {
  await say(READ.slice(0, 4));
  const before = looks;
  now_us += BETWEEN_us;
  await until(() => looks > before);
  await turns(20);
  await say(READ.slice(4));
  now_us += BETWEEN_us;
  await turns(20);
  await say(READ);
  await silence();
  expect(heard).toEqual(ANSWER);
});

/** The loop is at something else for far too long, and what was written reaches the other side of the terminal meanwhile. */
function stayBusy(): void {
  const began_ms = performance.now();
  while (performance.now() < began_ms + 20);
  now_us += 10 * BETWEEN_us;
}

/** Turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
