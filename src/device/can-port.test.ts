// CAN ports that reach each other: one with a modelled bus, its server and its pseudo-terminal; others whose adapters are these.
// Taken away and given back, changed by settings, and with somebody else at their TCP port.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { CAN_BUS_STATES } from "../model/signals-equipment.ts";
import { type CanPart, CanPort } from "./can-port.ts";
import { MACHINE_CLOCK } from "./machine-clock.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-can-port-"));
ends.push(async () => rmSync(ROOT, { recursive: true, force: true }));

function settingsWith(canPort: Partial<Settings["canPort"]>, bitRate: Settings["can"]["bitRate"] = "500"): Settings {
  const settings = createSettings();
  return { ...settings, can: { ...settings.can, bitRate }, canPort: { ...settings.canPort, ...canPort } };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** An open port with a node on its hub. */
function start(settings: Settings, name = join(mkdtempSync(join(tmpdir(), "bms-mini-can-")), "ports/can")) {
  const told: string[] = [];
  const states: Partial<Record<CanPart, string>> = {};
  const port = new CanPort(settings, name, MACHINE_CLOCK.now_us, {
    events: (part) => ({
      opened: (text) => {
        states[part] = "open";
        told.push(text);
      },
      failed: (_, text) => {
        states[part] = "failed";
        told.push(text);
      },
      noticed: (text) => told.push(text),
      guard: (act) => act(),
    }),
    wanted: (part, isWanted) => {
      states[part] = isWanted ? "waiting" : "off";
    },
  });
  const heard: number[] = [];
  const node = port.hub.attach({ receive: ({ id }) => heard.push(id), isOwn: true });
  ends.push(async () => {
    await port.close();
    rmSync(join(name, "../.."), { recursive: true, force: true });
  });
  port.open();
  const send = (id: number): boolean => node.send(frame(id));
  return { port, told, states, heard, name, send };
}
const frame = (id: number): CanFrame => standardFrame(id, Uint8Array.of(1));
const SIMULATED = { serverPort: 0 } as const;
const isAllOpen = ({ states }: ReturnType<typeof start>): boolean =>
  states.can === "open" && states.canServer === "open" && states.canTerminal === "open";

test("a bus through a terminal and a bus through a server are one bus with the modelled one", {
  timeout: 20_000,
}, async () => {
  const modelled = start(settingsWith(SIMULATED));
  await until(() => isAllOpen(modelled));
  const serial = start(settingsWith({ adapter: "slcan", device: modelled.name }));
  const remote = start(settingsWith({ adapter: "socketcand", host: "127.0.0.1", port: modelled.port.serverPort }));
  await until(() => serial.states.can === "open" && remote.states.can === "open");
  expect([serial.states.canServer, serial.states.canTerminal]).toEqual([undefined, undefined]);
  for (let i = 0; i < 100; i++) {
    expect(modelled.send(i)).toBe(true);
    expect(serial.send(0x100 + i)).toBe(true);
    expect(remote.send(0x200 + i)).toBe(true);
  }
  await until(() => [modelled, serial, remote].every(({ heard }) => heard.length >= 200));
  const from = (first: number): number[] => Array.from({ length: 100 }, (_, i) => first + i);
  for (const [{ heard }, others] of [
    [modelled, [0x100, 0x200]],
    [serial, [0, 0x200]],
    [remote, [0, 0x100]],
  ] as const) {
    expect(heard).toHaveLength(200);
    for (const first of others) expect(heard.filter((id) => id >= first && id < first + 100)).toEqual(from(first));
  }
  expect([modelled, serial, remote].map(({ port }) => port.counts.canLost)).toEqual([0, 0, 0]);
  expect(modelled.port.counts).toMatchObject({ canSent: 100, canReceived: 200, canClients: 1, canBusState: 0 });
});

test("adapters that are unplugged are tried again and come back", { timeout: 30_000 }, async () => {
  const first = start(settingsWith(SIMULATED));
  await until(() => isAllOpen(first));
  const { serverPort } = first.port;
  const serial = start(settingsWith({ adapter: "slcan", device: first.name }));
  const remote = start(settingsWith({ adapter: "socketcand", host: "127.0.0.1", port: serverPort }));
  await until(() => serial.states.can === "open" && remote.states.can === "open");
  await first.port.close();
  await until(() => serial.states.can === "failed" && remote.states.can === "failed");
  expect(serial.send(1)).toBe(true); // into a bus that is not there
  const second = start(settingsWith({ serverPort }), first.name);
  await until(() => serial.states.can === "open" && remote.states.can === "open");
  serial.send(0x11);
  remote.send(0x22);
  await until(() => second.heard.length === 2);
  expect(new Set(second.heard)).toEqual(new Set([0x11, 0x22]));
});

test("an adapter at the wrong bit rate hears nothing, and its frames are lost", { timeout: 20_000 }, async () => {
  const modelled = start(settingsWith(SIMULATED, "250"));
  await until(() => isAllOpen(modelled));
  const serial = start(settingsWith({ adapter: "slcan", device: modelled.name }, "500"));
  await until(() => serial.states.can === "open");
  serial.send(1);
  modelled.send(2);
  await until(() => serial.port.counts.canLost === 1);
  expect([modelled.heard, serial.heard]).toEqual([[], []]);
});

test("settings open and close server and terminal, and another bit rate opens the bus anew", {
  timeout: 20_000,
}, async () => {
  const port = start(settingsWith(SIMULATED));
  await until(() => isAllOpen(port));
  port.port.take(settingsWith({ ...SIMULATED, server: "off", terminal: "off" }));
  expect([port.states.canServer, port.states.canTerminal]).toEqual(["off", "off"]);
  await until(() => !existsSync(port.name));
  expect(port.port.serverPort).toBe(0);
  port.port.take(settingsWith(SIMULATED, "125"));
  await until(() => isAllOpen(port) && port.told.includes("CAN: a modelled bus of 125 kbit/s"));
});

test("a server's port in use is told once and tried again; the bus goes on meanwhile", {
  timeout: 20_000,
}, async () => {
  const other = createServer();
  const taken = await new Promise<number>((resolve) =>
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port)),
  );
  const port = start(settingsWith({ serverPort: taken }));
  await until(() => port.states.canServer === "failed" && port.states.canTerminal === "open");
  expect(port.told.filter((text) => text.includes("EADDRINUSE"))).toHaveLength(1);
  expect(port.send(1)).toBe(true);
  await new Promise((resolve) => other.close(resolve));
  await until(() => port.states.canServer === "open");
  expect(port.port.serverPort).toBe(taken);
});

test("an adapter whose controller goes off the bus is opened anew, and its state is told meanwhile", {
  timeout: 20_000,
}, async () => {
  const path = join(mkdtempSync(join(tmpdir(), "bms-mini-can-")), "adapter");
  let said = "";
  const adapter = await openPseudoTerminal(path, {
    received: (chunk) => {
      said += Buffer.from(chunk).toString("latin1");
      adapter.write(Buffer.from("\r"));
    },
    failed: () => {},
  });
  ends.push(async () => {
    await adapter.close();
    rmSync(join(path, ".."), { recursive: true, force: true });
  });
  const port = start(settingsWith({ adapter: "slcan", device: path }));
  await until(() => port.states.can === "open");
  expect(said.split("\r").filter((word) => word !== "")).toEqual(["C", "S6", "O"]);
  adapter.write(Buffer.from("sw100010\r"));
  await until(() => port.port.counts.canBusState === CAN_BUS_STATES.indexOf("warning"));
  expect(port.port.counts).toMatchObject({ canReceiveErrors: 100, canTransmitErrors: 10 });
  adapter.write(Buffer.from("sb000256\r"));
  await until(() => port.states.can === "failed");
  expect(port.port.counts.canBusState).toBe(CAN_BUS_STATES.indexOf("off"));
  expect(port.told.filter((text) => text.includes("gone off the bus"))).toHaveLength(2); // noticed, and why it failed
  await until(() => port.states.can === "open");
  expect(port.port.counts.canBusState).toBe(CAN_BUS_STATES.indexOf("active"));
  expect(said.match(/O\r/g)).toHaveLength(2);
});
