// The device's door for monitors on a session whose clock runs as fast as the machine: what is asked and told there, and how little
// of it the loop takes on at a time.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createDeskRig } from "../../tests/rigs/desk.ts";
import { sessionOptions, until } from "../../tests/rigs/session.ts";
import { createImageReceiver, unpackImage } from "../monitor/stream.ts";
import { tellSnapshot } from "../monitor/tell-snapshot.ts";
import { createIntake, type FromServer, jsonFrame, MOST_TO_SERVER_bytes, takeBytes } from "./monitor-frames.ts";
import type { MonitorOf } from "./monitor-host.ts";
import { MOST_MISTAKES, MonitorPort } from "./monitor-port.ts";
import { monitorSocket } from "./monitor-socket.ts";
import { Session, type SessionOptions } from "./session.ts";
import { readJournal } from "./store-reader.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-monitor-port-"));
const open: { end: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.end();
});
afterEach(() => rmSync(ROOT, { recursive: true, force: true }));

type Message = { readonly kind: string; readonly [key: string]: unknown };
let folders = 0;

async function start(more: Partial<SessionOptions> = {}) {
  const folder = join(ROOT, `${++folders}`);
  const session = await Session.open({ ...sessionOptions(folder), hasMonitor: true, ...more });
  session.start();
  open.push({
    end: async () => {
      session.stop();
      await session.done;
    },
  });
  return { folder, session };
}

async function visit(folder: string) {
  const messages: Message[] = [];
  const pictures: Uint8Array[] = [];
  const intake = createIntake(MOST_TO_SERVER_bytes);
  const socket = await opened(monitorSocket(folder));
  let isClosed = false;
  socket.on("close", () => {
    isClosed = true;
  });
  socket.on("data", (chunk: Buffer) => {
    for (const taken of takeBytes(intake, chunk) ?? []) {
      if (taken.kind === "json") messages.push(JSON.parse(taken.text) as Message);
      else pictures.push(new Uint8Array(taken.bytes));
    }
  });
  const send = (message: FromServer): void => void socket.write(jsonFrame(message));
  let id = 0;
  const ask = async (name: string, input: unknown = {}, role = "owner") => {
    const mine = ++id;
    send({ kind: "ask", id: mine, name, input, who: { actor: "anna, 127.0.0.1", role: role as "owner" } });
    await until(() => messages.some(({ kind, id: of }) => kind === "reply" && of === mine));
    return messages.find(({ kind, id: of }) => kind === "reply" && of === mine)!["reply"];
  };
  await until(() => messages.length > 0);
  return { messages, pictures, socket, send, ask, isClosed: () => isClosed };
}

async function opened(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect(path);
    const isOpen = await new Promise<boolean>((done) => {
      socket.once("connect", () => done(true)).once("error", () => done(false));
    });
    if (isOpen) return socket.on("error", () => {});
  }
}

describe("what is asked", () => {
  test("is answered by name, or told why not", async () => {
    const { folder } = await start();
    const { messages, ask } = await visit(folder);
    expect(messages[0]).toMatchObject({ kind: "hello", model: "BMS Mini 2.1" });
    expect(await ask("device")).toMatchObject({ ok: true, answer: { cells: 16, setup: "default" } });
    expect(await ask("setWorld", { ambient_degC: 31 })).toMatchObject({ ok: true, answer: { ambient_degC: 31 } });
    expect(await ask("setWorld", { ambient_degC: "31" })).toMatchObject({ ok: false, problem: { kind: "invalid" } });
    expect(await ask("setWorld", { ambient_degC: 31 }, "viewer")).toMatchObject({ problem: { kind: "notAllowed" } });
    expect(await ask("device", {}, "nonsense")).toMatchObject({ problem: { kind: "notAllowed" } });
    expect(await ask("accounts")).toMatchObject({ ok: false, problem: { kind: "unknown" } });
    expect(await ask("toString")).toMatchObject({ ok: false, problem: { kind: "unknown" } });
    expect(await ask("startScenario", { name: "winter-night" })).toMatchObject({ problem: { kind: "unknown" } });
  });

  test("changes what it says, and stands in the journal with who asked and through which room", async () => {
    const { folder, session } = await start();
    const { ask, send } = await visit(folder);
    await ask("applySettings", { changes: { "user.serialNumber": "SN 7" } });
    expect(session.device.bms.settings.user.serialNumber).toBe("SN 7");
    send({
      kind: "note",
      noted: { actor: "anna", address: "10.0.0.9", what: "logIn", outcome: "refused", text: "wrong password" },
    });
    await until(() =>
      session.journal.events.some(({ text }) => text === "refused to log in to the monitor: wrong password"),
    );
    session.stop();
    await session.done;
    const entries = readJournal(folder);
    expect(entries.find(({ code }) => code === "settingsChanged")).toMatchObject({ actor: "anna, 127.0.0.1" });
    expect(entries.find(({ code }) => code === "loginRefused")).toMatchObject({
      source: "http",
      actor: "anna, 10.0.0.9",
    });
  });

  test("comes in bounded numbers to each tick, and what is too much is told so", async () => {
    const { folder, session } = await start();
    const { messages, socket } = await visit(folder);
    const asks = Array.from({ length: 400 }, (_, id) =>
      jsonFrame({ kind: "ask", id, name: "device", input: {}, who: { actor: "a", role: "viewer" } }),
    );
    const replies = () => messages.filter(({ kind }) => kind === "reply");
    const began_us = session.device.run.time_us;
    socket.write(Buffer.concat(asks));
    await until(() => replies().length === 400);
    const ticks = (session.device.run.time_us - began_us) / 10_000;
    const answered = replies().filter(({ reply }) => (reply as { ok: boolean }).ok).length;
    expect(replies().some(({ reply }) => JSON.stringify(reply).includes("tooMany"))).toBe(true);
    expect(answered).toBeGreaterThanOrEqual(200);
    expect(answered).toBeLessThanOrEqual(4 * (ticks + 2));
  });
});

describe("what is told", () => {
  test("nothing while nobody wants anything", async () => {
    const { folder, session } = await start();
    const { messages, pictures } = await visit(folder);
    const began_us = session.device.run.time_us;
    await until(() => session.device.run.time_us > began_us + 5e6);
    expect(messages.map(({ kind }) => kind)).toEqual(["hello"]);
    expect(pictures).toEqual([]);
  });

  test.each([[1], [10], [20]])("pictures %i times a second of the machine, the first whole", async (rate_Hz) => {
    const { folder, session } = await start();
    const { messages, pictures, send } = await visit(folder);
    send({ kind: "watch", rate_Hz, world: false, bus: false });
    await until(() => pictures.length > 0);
    const [first_us, before] = [session.device.run.time_us, pictures.length];
    await until(() => session.device.run.time_us > first_us + 20e6);
    const rate = ((pictures.length - before) * 1e6) / (session.device.run.time_us - first_us);
    expect(rate).toBeLessThanOrEqual(rate_Hz * 1.05);
    expect(rate).toBeGreaterThan(0.5 * rate_Hz);
    const receiver = createImageReceiver();
    for (const bytes of pictures) expect(unpackImage(receiver, bytes)).toBeDefined();
    expect(tellSnapshot(receiver.image, 0).signals["battery_V"]).toBeGreaterThan(40);
    expect(messages.some(({ kind }) => kind === "device")).toBe(true);
    expect(messages.some(({ kind }) => kind === "world" || kind === "bus")).toBe(false);
  });

  test("the device in words only when something in them is new", async () => {
    const { folder, session } = await start();
    const { messages, send, ask } = await visit(folder);
    await until(() => session.device.bms.decide.mode === "running" && session.device.run.time_us > 15e6);
    send({ kind: "watch", rate_Hz: 10, world: false, bus: false });
    const told = () => messages.filter(({ kind }) => kind === "device");
    await until(() => told().length > 0);
    await ask("applySettings", { changes: { "user.serialNumber": "SN 8" } });
    await until(() => told().some(({ device }) => (device as { serialNumber: string }).serialNumber === "SN 8"));
    const count = told().length;
    expect(new Set(told().map(({ device }) => JSON.stringify(device))).size).toBe(count);
  });
});

test.each([
  ["no JSON", Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from("x")])],
  ["another kind of frame", Buffer.from([1, 0, 0, 0, 9, 0])],
  ["a message nobody knows", jsonFrame({ kind: "nonsense" } as unknown as FromServer)],
  ["a question without a name", jsonFrame({ kind: "ask", id: 1 } as unknown as FromServer)],
  [
    "a rate that is none",
    jsonFrame({ kind: "watch", rate_Hz: "fast", world: true, bus: true } as unknown as FromServer),
  ],
  ["far too much", Buffer.from([255, 255, 255, 255, 0])],
])("a server that says %s is closed, and the device goes on", async (_, bytes) => {
  const { folder, session } = await start();
  const { socket, isClosed } = await visit(folder);
  socket.write(bytes);
  await until(isClosed);
  const began_us = session.device.run.time_us;
  await until(() => session.device.run.time_us > began_us + 1e6);
  const { ask } = await visit(folder);
  expect(await ask("device")).toMatchObject({ ok: true });
});

test("a scenario is begun by whoever started the device, after it has ended in order", async () => {
  const asked: string[] = [];
  const { folder, session } = await start({
    restartIn: (name) => {
      asked.push(name);
      return true;
    },
  });
  const { ask } = await visit(folder);
  expect(await ask("startScenario", { name: "nowhere" })).toMatchObject({ problem: { kind: "unknown" } });
  expect(await ask("startScenario", { name: "winter-night" })).toEqual({ ok: true, answer: { done: true } });
  expect(await session.done).toMatchObject({ kind: "stopped", open: true, saved: true });
  expect(asked).toEqual(["winter-night"]);
});

test("a mistake in an answer, and one of the server, stand in the journal once each and end nothing", async () => {
  const { folder, session } = await start();
  const told: string[] = [];
  session.monitor!.onTold = (text) => void told.push(text);
  const { ask, send, isClosed } = await visit(folder);
  Object.defineProperty(session.device.world, "activeFaults", {
    get: () => {
      throw new Error("a slip");
    },
  });
  for (let time = 0; time < 3; time++) {
    expect(await ask("world")).toMatchObject({ ok: false, problem: { kind: "failed" } });
    send({ kind: "mistake", text: "internal error in the answer to journal" });
  }
  expect(await ask("device")).toMatchObject({ ok: true });
  const slip = "internal error in the answer to world: a slip; protection goes on";
  expect(told).toEqual([slip, "internal error in the answer to journal"]);
  expect(isClosed()).toBe(false);
  session.stop();
  await session.done;
  const failed = readJournal(folder).filter(({ code }) => code === "failed");
  expect(failed.map(({ text, source }) => [text, source])).toEqual(told.map((text) => [text, "http"]));
});

test("a mistake of ours closes the port for a pause, three times; after the fourth it stays closed, and the loop goes on", async () => {
  const folder = join(ROOT, `${++folders}`);
  mkdirSync(folder, { recursive: true });
  const rig = createDeskRig(0.1);
  const told: string[] = [];
  let isBroken = false;
  const of = {
    ...{ device: rig.pack.device, journal: rig.pack.journal, setup: "test", base_us: () => 0 },
    ...{ desk: {}, store: { firstUse: async () => undefined }, loop: () => undefined, restartIn: () => false },
    now_us: () => {
      if (isBroken) throw new Error("a slip");
      return 0;
    },
  } as unknown as MonitorOf;
  const port = new MonitorPort(of, undefined, folder);
  port.onTold = (text) => void told.push(text);
  port.open();
  for (let time = 1; time <= MOST_MISTAKES + 1; time++) {
    const { isClosed } = await visit(folder);
    isBroken = true;
    port.afterTick();
    isBroken = false;
    await until(isClosed);
    expect(told).toHaveLength(time);
  }
  const [start, end] = ["internal error in the monitor's port: a slip; ", ", protection goes on"];
  const again = [1, 2, 3].map((time) => `${start}it is opened again (${time} of 3)${end}`);
  expect(told).toEqual([...again, `${start}it stops until the next start${end}`]);
  await port.close();
  expect(existsSync(monitorSocket(folder))).toBe(false);
  expect(rig.pack.journal.events.filter(({ text }) => text.startsWith(start))).toHaveLength(4);
}, 30_000);
