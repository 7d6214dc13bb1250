// Runs inside User-Mode Linux: takes the SocketCAN adapter through a kernel without CAN, without an interface, with one that is
// down, up, down again, off the bus and gone, with candump and cangen as the other side; leaves what it saw as JSON.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { CanFrame } from "../../src/base/can-frame.ts";
import { CanAdapter } from "../../src/device/can-adapter.ts";
import { CanHub } from "../../src/device/can-hub.ts";
import type { CanLinkEvents } from "../../src/device/can-link.ts";
import { MACHINE_CLOCK } from "../../src/device/machine-clock.ts";
import { openSocketCan } from "../../src/device/socketcan.ts";
import { candumpLine } from "../../src/log/can-frame.ts";

const NAME = "vcan0";
const ip = (...words: string[]): unknown => execFileSync("ip", ["link", ...words]);
const lineOf = (frame: CanFrame): string =>
  candumpLine({ ...frame, bus: NAME, error: false, direction: "rx" }, 0).split(" ")[2] ?? "";

function loadKernelParts(): void {
  const [version] = readdirSync("/usr/lib/uml/modules");
  for (const part of ["net/can/can", "net/can/can-raw", "drivers/net/can/dev/can-dev", "drivers/net/can/vcan"])
    execFileSync("insmod", [`/usr/lib/uml/modules/${version}/kernel/${part}.ko`]);
}

const NOBODY: CanLinkEvents = {
  ...{ received: () => true, ready: () => {}, bus: () => {}, lost: () => {}, failed: () => {} },
};

/** What opening says, in one line. */
async function refusal(): Promise<string> {
  try {
    await (await openSocketCan(NAME, 250, NOBODY)).close();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it never came to that ${what}`);
}

/** candump, once it listens: a socket of its own stands in the kernel's list. */
async function dump(count: number): Promise<ChildProcess> {
  const child = spawn("candump", ["-L", "-n", `${count}`, "-T", "8000", NAME], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const listeners = (): number => readFileSync("/proc/net/can/rcvlist_all", "utf8").match(/vcan0 /g)?.length ?? 0;
  const before = 1; // the adapter's own
  await until(() => listeners() > before, "candump listens");
  return child;
}

async function session(): Promise<object> {
  const refusals: string[] = [await refusal()];
  loadKernelParts();
  refusals.push(await refusal());
  ip("add", "dev", NAME, "type", "vcan");
  refusals.push(await refusal());
  ip("set", NAME, "txqueuelen", "1000");

  const told: string[] = [];
  const heard: string[] = [];
  const hub = new CanHub(MACHINE_CLOCK.now_us, (act) => act());
  const adapter = new CanAdapter(hub, { kind: "socketcan", channel: NAME, rate_kbit_s: 250 }, MACHINE_CLOCK.now_us, {
    opened: (words) => told.push(`opened ${words}`),
    failed: (_, words) => told.push(`failed ${words}`),
    noticed: (words) => told.push(`noticed ${words}`),
    guard: (act) => act(),
  });
  const node = hub.attach({ receive: (frame) => heard.push(lineOf(frame)), isOwn: true });
  void adapter.open();
  await until(() => told.length === 1, "the adapter tells of the interface that is down");
  ip("set", "up", NAME);
  await until(() => told.length === 2, "the adapter opens");

  const frames: readonly CanFrame[] = [
    { id: 0x123, extended: false, remote: false, length: 4, data: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) },
    { id: 0x18ff50e5, extended: true, remote: false, length: 8, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    { id: 0x720, extended: false, remote: true, length: 1, data: new Uint8Array(0) },
    { id: 0x80, extended: false, remote: false, length: 0, data: new Uint8Array(0) },
  ];
  const candump = await dump(frames.length);
  for (const frame of frames) node.send(frame);
  const dumped = (await text(candump.stdout!))
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[2]);

  const count = 200; // all at once: the kernel keeps some 280 for a socket that is not read meanwhile
  await once(
    spawn("cangen", [NAME, "-n", `${count}`, "-g", "0", "-I", "i", "-L", "8", "-D", "i"], { stdio: "inherit" }),
    "close",
  );
  await until(() => heard.length >= count, "all of cangen's frames have come");
  const generated = heard.splice(0);
  execFileSync("cansend", [NAME, "1F334455#1122"]);
  execFileSync("cansend", [NAME, "321#R"]);
  await until(() => heard.length === 2, "cansend's frames have come");

  const states: string[] = [];
  for (const error of [
    "20000004#0008000000000000",
    "20000204#000000000000A000",
    "20000040#0000000000000000",
    "20000100#0000000000000000",
  ]) {
    const before = adapter.status;
    execFileSync("cansend", [NAME, error]);
    await until(() => adapter.status !== before, "an error frame changes the status");
    states.push(`${adapter.status.state} ${adapter.status.transmitErrors}`);
  }

  ip("set", "down", NAME);
  await until(() => told.at(-1)?.startsWith("failed") === true, "the interface is down");
  ip("set", "up", NAME);
  await until(() => told.at(-1)?.startsWith("opened") === true, "the adapter is back");
  ip("del", NAME);
  await until(() => told.at(-1)?.startsWith("failed") === true, "the interface is gone");
  await adapter.close();
  return { refusals, told, dumped, generated, sent: heard, states, lost: adapter.lost };
}

const results = process.argv[2] ?? "";
try {
  writeFileSync(results, JSON.stringify(await session()));
} catch (error) {
  process.stderr.write(`${(error as Error).stack}\n`);
}
process.exit();
