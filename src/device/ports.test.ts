// The ports of a running device: opened, missing, taken, unplugged and back, changed by settings; and the loop goes on.

import { existsSync, mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { sessionOptions, until } from "../../tests/rigs/session.ts";
import { rtuFrame, tcpFrame } from "../modbus/framing.ts";
import { settingAddress } from "../modbus/setting-registers.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { PORT_STATES, PORT_TROUBLES } from "../model/signals-equipment.ts";
import type { ByteLink } from "./byte-link.ts";
import { ModbusClient } from "./modbus-client.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";
import { Session } from "./session.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-ports-"));
const newFolder = (): string => mkdtempSync(join(ROOT, "d-"));
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

/** Ports that are tried elsewhere, and whose numbers another device of this machine may have. */
const OTHERS_OFF: KeptChanges = {
  "canPort.server": "off",
  "canPort.terminal": "off",
  "console.usb": false,
  "console.tcp": false,
};

/** A device whose loop runs as fast as it can, with real ports. */
async function start(changes: KeptChanges, folder = newFolder()): Promise<Session> {
  const session = await Session.open(
    sessionOptions(folder, { hasPorts: true, changes: { ...OTHERS_OFF, ...changes } }),
  );
  session.start();
  ends.push(async () => {
    session.stop();
    await session.done;
  });
  return session;
}

async function freePort(): Promise<number> {
  const server = await listening(0);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
const portOf = (server: Server): number => (server.address() as { port: number }).port;
const listening = (port: number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(port, "127.0.0.1", () => resolve(server));
  });

const ports = ({ device }: Session) => device.bms.equipment.ports;
const [, OPEN, WAITING] = PORT_STATES.map((_, code) => code);
const trouble = (word: (typeof PORT_TROUBLES)[number]): number => PORT_TROUBLES.indexOf(word);
const told = ({ journal }: Session): string[] => journal.events.map(({ text }) => text);
const LINE = { baud: 9600, parity: "none", stopBits: 1 } as const;
const READ = Uint8Array.of(3, 0x58, 0x30, 0, 1);

async function serial(path: string): Promise<ModbusClient> {
  const client = await ModbusClient.open({ framing: "serial", path, format: LINE }, 2000);
  ends.push(() => client.close());
  return client;
}

async function socketTo(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  ends.push(async () => socket.destroy());
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}
const answer = (socket: Socket): Promise<Buffer> => new Promise((resolve) => socket.once("data", resolve));

test("both ports open, are signals, and answer; at the end nothing of them is left", async () => {
  const folder = newFolder();
  const tcpPort = await freePort();
  const session = await start({ "modbus.tcpPort": tcpPort }, folder);
  await until(() => ports(session).rs485State === OPEN && ports(session).tcpState === OPEN);
  const name = join(folder, "ports/rs485");
  expect(readlinkSync(name)).toMatch(/^\/dev\//);
  const client = await serial(name);
  expect(await client.request(32, READ)).toEqual({ ok: true, pdu: Uint8Array.of(3, 2, 0, 0) });
  const socket = await socketTo(tcpPort);
  socket.write(tcpFrame(7, 32, READ));
  expect([...(await answer(socket))]).toEqual([...tcpFrame(7, 32, Uint8Array.of(3, 2, 0, 0))]);
  await until(() => ports(session).tcpClients === 1);
  session.stop();
  await session.done;
  expect(existsSync(name)).toBe(false);
});

test("a port in use is told once, tried again, and opens when it is free", async () => {
  const other = await listening(0);
  const session = await start({ "modbus.tcpPort": portOf(other) });
  await until(() => ports(session).tcpTrouble === trouble("in use"));
  expect(ports(session).tcpState).toBe(WAITING);
  await new Promise((resolve) => other.close(resolve));
  await until(() => ports(session).tcpState === OPEN);
  expect(ports(session).tcpTrouble).toBe(trouble("none"));
  expect(told(session).filter((text) => text.includes("in use"))).toHaveLength(1);
  expect(told(session).at(-1)).toMatch(/^Modbus TCP at 127\.0\.0\.1, port \d+ again$/);
});

test("a serial port that is missing, comes, is unplugged and comes back", async () => {
  const path = join(newFolder(), "tty");
  const session = await start({ "modbus.serialPort": path, "modbus.tcp": false });
  await until(() => ports(session).rs485Trouble === trouble("missing"));
  const plug = (): Promise<ByteLink> => openPseudoTerminal(path, { received: () => {}, failed: () => {} });
  const first = await plug();
  await until(() => ports(session).rs485State === OPEN);
  await first.close();
  await until(() => ports(session).rs485State === WAITING);
  const second = await plug();
  ends.push(() => second.close());
  await until(() => ports(session).rs485State === OPEN);
  expect(ports(session).rs485Trouble).toBe(trouble("none"));
  expect(told(session).filter((text) => text.startsWith("RS-485: Modbus RTU at"))).toHaveLength(2);
});

test("a changed baud rate opens a serial port anew, once the answer to the change has gone out", async () => {
  const path = join(newFolder(), "tty");
  let heard: number[] = [];
  const wire = await openPseudoTerminal(path, { received: (chunk) => heard.push(...chunk), failed: () => {} });
  ends.push(() => wire.close());
  const delays = { "rs485.responseDelay_ms": 1000, "modbus.settingsAccess": "open" };
  const session = await start({ "modbus.serialPort": path, "modbus.tcp": false, ...delays });
  await until(() => ports(session).rs485State === OPEN);
  const opened = (): number => told(session).filter((text) => text.startsWith("RS-485: Modbus RTU at")).length;
  const exchange = async (pdu: Uint8Array): Promise<void> => {
    heard = [];
    wire.write(rtuFrame(32, pdu));
    await until(() => heard.length >= 8);
  };
  const address = settingAddress("rs485.baud");
  await exchange(Uint8Array.of(6, address >> 8, address & 0xff, 0, 8)); // 115200
  await exchange(Uint8Array.of(6, 0x58, 0x21, 0, 1));
  expect(heard).toEqual([...rtuFrame(32, Uint8Array.of(6, 0x58, 0x21, 0, 1))]);
  await until(() => opened() === 2);
  await exchange(Uint8Array.of(6, 0x58, 0x30, 0, 7));
});

test("a client changes the address by which it speaks, and goes on with the new one", async () => {
  const folder = newFolder();
  const session = await start({ "modbus.tcp": false, "modbus.settingsAccess": "open" }, folder);
  await until(() => ports(session).rs485State === OPEN);
  const client = await serial(join(folder, "ports/rs485"));
  const address = settingAddress("rs485.address");
  const written = await client.request(32, Uint8Array.of(16, address >> 8, address & 0xff, 0, 2, 4, 0, 40, 0, 0));
  expect(written.ok).toBe(true);
  const committed = await client.request(32, Uint8Array.of(6, 0x58, 0x21, 0, 1));
  expect(committed.ok || committed.failure.kind).not.toBe("exception");
  expect(session.device.bms.settings.rs485.address).toBe(40);
  expect((await client.request(40, READ)).ok).toBe(true);
  expect((await client.request(32, READ, 200)).ok).toBe(false);
});

test("switching the port off by settings closes it, and another port opens instead", async () => {
  const [before, after] = [await freePort(), await freePort()];
  const session = await start({ "modbus.tcpPort": before });
  await until(() => ports(session).tcpState === OPEN);
  const { ask } = await import("../virtual/device.ts");
  ask(session.device, { kind: "set", changes: { "modbus.tcpPort": after } });
  await until(() => session.ports?.tcpPort === after);
  ask(session.device, { kind: "set", changes: { "modbus.tcp": false } });
  await until(() => ports(session).tcpState === 0);
  expect(session.ports?.tcpPort).toBe(0);
});

test("the 33rd client takes the place of the one that has been silent longest", async () => {
  const tcpPort = await freePort();
  const session = await start({ "modbus.tcpPort": tcpPort });
  await until(() => ports(session).tcpState === OPEN);
  const first = await socketTo(tcpPort);
  const closed = new Promise((resolve) => first.once("close", resolve));
  const others = [];
  for (let i = 0; i < 32; i++) {
    const socket = await socketTo(tcpPort);
    socket.write(tcpFrame(i, 32, READ));
    await answer(socket);
    others.push(socket);
  }
  await closed;
  expect(others.every((socket) => !socket.destroyed)).toBe(true);
});

test("a device in standby answers nobody", async () => {
  const folder = newFolder();
  const session = await start({ "modbus.tcp": false }, folder);
  await until(() => ports(session).rs485State === OPEN);
  const client = await serial(join(folder, "ports/rs485"));
  session.device.run.awake = 0;
  expect(await client.request(32, READ, 200)).toMatchObject({ ok: false, failure: { kind: "silent" } });
});

test("our own mistake in a port ends the port, is told, and never the loop", async () => {
  const tcpPort = await freePort();
  const session = await start({ "modbus.tcpPort": tcpPort });
  await until(() => ports(session).tcpState === OPEN);
  Object.assign(session.journal, { ring: undefined }); // what a register needs is not there
  const socket = await socketTo(tcpPort);
  socket.write(tcpFrame(1, 32, Uint8Array.of(4, 0x23, 0x00, 0, 1)));
  await until(() => told(session).some((text) => text.startsWith("internal error in the port tcp")));
  Object.assign(session.journal, { ring: (await import("../log/vendor-journal.ts")).createVendorJournal() });
  await until(() => ports(session).tcpTrouble === trouble("failed"));
  const { time_us } = session.device.run;
  await until(() => session.device.run.time_us > time_us + 1e6);
});

test("an answer of the pseudo-terminal is bytes as they are, line ends and all", async () => {
  const path = join(newFolder(), "tty");
  const link = await openPseudoTerminal(path, { received: (chunk) => link.write(chunk), failed: () => {} });
  ends.push(() => link.close());
  const client = await serial(path);
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  client.sendRaw(all);
  let heard = Buffer.alloc(0);
  for (let i = 0; i < 100 && heard.length < 256; i++) heard = Buffer.concat([heard, (await client.heardRaw(10)).bytes]);
  expect([...heard]).toEqual([...all]);
});

test.each([
  ["loopback", "127.0.0.1", 1502],
  ["any", "all addresses", 502],
] as const)("without a port of its own, listening on %s is at %s, port %d", async (listen, place, port) => {
  const session = await start({ "modbus.listen": listen });
  const text = `Modbus TCP at ${place}, port ${port}`;
  const isTold = (): boolean => told(session).some((line) => line.startsWith(text) || line.includes(`port ${port}: `));
  await until(isTold); // opened, or in use or not permitted here: the port is the one that is meant
});
