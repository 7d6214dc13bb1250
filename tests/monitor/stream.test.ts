// The stream of a real monitor, against the device's own word at its socket.

import { execFile } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createIntake, jsonFrame, MOST_TO_SERVER_bytes, takeBytes } from "../../src/device/monitor-frames.ts";
import { monitorSocket } from "../../src/device/monitor-socket.ts";
import type { AnswerTo } from "../../src/monitor/schemas.ts";
import { createImageReceiver, layoutKey, unpackImage } from "../../src/monitor/stream.ts";
import { tellSnapshot } from "../../src/monitor/tell-snapshot.ts";
import type { BusFrame } from "../../src/monitor/told.ts";
import { type RunningMonitor, readStream, startMonitor } from "../../tools/fuzz/running-monitor.ts";

type Snapshot = AnswerTo<"snapshot">;

let monitor: RunningMonitor;
let headers: Readonly<Record<string, string>>;
const WANTED = { rate_Hz: 20, world: false, bus: false };
const seconds = (time_s: number) => new Promise((resolve) => setTimeout(resolve, time_s * 1000));

beforeAll(async () => {
  monitor = startMonitor([]);
  headers = await monitor.owner();
}, 90_000);
afterAll(async () => void (await monitor?.end()), 60_000);

/** What the device itself says, again and again, by the time of its tick. */
async function snapshotsOfDevice(time_s: number): Promise<ReadonlyMap<number, Snapshot>> {
  const found = new Map<number, Snapshot>();
  const socket = connect(monitorSocket(monitor.data));
  const intake = createIntake(MOST_TO_SERVER_bytes);
  let id = 0;
  const ask = (): void => {
    socket.write(
      jsonFrame({ kind: "ask", id: ++id, name: "snapshot", input: {}, who: { actor: "test", role: "viewer" } }),
    );
  };
  socket.on("data", (chunk: Buffer) => {
    for (const taken of takeBytes(intake, chunk) ?? []) {
      const message = taken.kind === "json" ? JSON.parse(taken.text) : {};
      if (message.kind !== "reply" && message.kind !== "hello") continue;
      if (message.kind === "reply" && message.reply.ok) found.set(message.reply.answer.time_us, message.reply.answer);
      ask();
    }
  });
  await seconds(time_s);
  socket.destroy();
  return found;
}

test("pictures of 20 Hz, most of them deltas, are exactly what the device says of the same ticks", async () => {
  const reader = readStream(monitor.url(), headers, WANTED);
  await monitor.until("the first picture", () => reader.pictures.length > 0);
  const told = await snapshotsOfDevice(6);
  reader.socket.close();
  const receiver = createImageReceiver();
  let compared = 0;
  for (const bytes of reader.pictures) {
    const frame = unpackImage(receiver, bytes);
    const own = frame === undefined ? undefined : told.get(frame.time_us);
    if (own === undefined) continue;
    expect(tellSnapshot(receiver.image, frame!.time_us)).toEqual(own);
    compared++;
  }
  const whole = Math.max(...reader.pictures.map(({ length }) => length));
  const deltas = reader.pictures.filter(({ length }) => length < whole / 2);
  expect(reader.pictures.length).toBeGreaterThan(30);
  expect(deltas.length).toBeGreaterThan(0.8 * reader.pictures.length);
  expect(compared).toBeGreaterThan(10);
}, 60_000);

test("it begins with who it is, then what the device is; by name a program gets all first and then what changed", async () => {
  const reader = readStream(monitor.url(), headers, { rate_Hz: 5 }, "?format=json");
  await monitor.until("some messages", () => reader.texts.filter(({ kind }) => kind === "signals").length > 5);
  reader.socket.close();
  expect(reader.texts[0]).toMatchObject({ kind: "hello", layout: layoutKey() });
  expect(reader.texts.find(({ kind }) => kind === "device")).toMatchObject({ setup: "default", cells: 16 });
  const [first, second] = reader.texts
    .filter(({ kind }) => kind === "signals")
    .map(({ signals }) => Object.keys(signals as object).length);
  expect(first).toBeGreaterThan(200);
  expect(second).toBeLessThan(first! / 2);
  expect(reader.pictures).toEqual([]);
}, 60_000);

test("a slower reader gets fewer pictures, and each the latest", async () => {
  const slow = readStream(monitor.url(), headers, { ...WANTED, rate_Hz: 2 });
  const fast = readStream(monitor.url(), headers, WANTED);
  await monitor.until("pictures", () => fast.pictures.length > 40 && slow.pictures.length > 2, 30);
  const [few, many] = [slow.pictures.length, fast.pictures.length];
  slow.socket.close();
  fast.socket.close();
  expect(few).toBeLessThan(many / 4);
}, 60_000);

test("the world and the buses are told to those alone who want them, frames by name", async () => {
  const plain = readStream(monitor.url(), headers, WANTED);
  const all = readStream(monitor.url(), headers, { ...WANTED, world: true, bus: true });
  const frames = () => all.texts.filter(({ kind }) => kind === "bus").flatMap((text) => text["frames"] as BusFrame[]);
  await monitor.until("frames", () => frames().length > 0 && all.texts.some(({ kind }) => kind === "world"), 30);
  expect(all.texts.find(({ kind }) => kind === "world")).toMatchObject({ scenario: "bench", load: "house" });
  expect(frames()).toContainEqual(
    expect.objectContaining({ bus: "can", name: "heartbeat of node 32", text: "operational" }),
  );
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const args = [main, "modbus", "read", join(monitor.data, "ports/rs485"), "soc"];
  await promisify(execFile)(process.execPath, args);
  const asked = await monitor.until(
    "a request of Modbus",
    () => frames().filter((frame) => frame.bus === "modbus" && frame.text.startsWith("soc")).length > 1 && frames(),
  );
  const [request, answer] = asked.filter(({ text }) => text.startsWith("soc"));
  expect(request).toMatchObject({ direction: "received", text: expect.stringMatching(/^soc; from Modbus/) });
  expect(answer).toMatchObject({ direction: "sent", text: expect.stringMatching(/^soc 0\.\d+/) });
  expect(plain.texts.filter(({ kind }) => kind === "world" || kind === "bus")).toEqual([]);
  plain.socket.close();
  all.socket.close();
}, 60_000);

test("events come as they are written down, with their number and who caused them", async () => {
  const reader = readStream(monitor.url(), headers, WANTED);
  await monitor.until("pictures", () => reader.pictures.length > 0);
  const response = await fetch(`${monitor.url()}/api/v1/world`, {
    ...{ method: "POST", headers: { ...headers, "content-type": "application/json" } },
    body: JSON.stringify({ ambient_degC: 31 }),
  });
  expect(response.status).toBe(200);
  await fetch(`${monitor.url()}/api/v1/inputs/inhibitCharging`, {
    ...{ method: "POST", headers: { ...headers, "content-type": "application/json" } },
    body: JSON.stringify({ value: 1 }),
  });
  const event = await monitor.until("the event", () =>
    reader.texts
      .filter(({ kind }) => kind === "events")
      .flatMap((text) => text["events"] as { code: string; sequence: number; actor: string }[])
      .find(({ code }) => code === "overridden"),
  );
  expect(event.sequence).toBeGreaterThan(0);
  expect(event.actor).toMatch(/^owner, 127\.0\.0\.1$/);
  reader.socket.close();
}, 60_000);

test.each([
  ["nobody", {}, undefined],
  ["a cookie that is none", { cookie: "bms=nonsense" }, undefined],
])("%s is let in to no stream", async (_, wrong, wanted) => {
  const reader = readStream(monitor.url(), wrong, wanted);
  expect(await reader.closed).toBe(1006);
  expect(reader.texts).toEqual([]);
});

test.each([
  ["not JSON"],
  ['{"rate_Hz": 21}'],
  ['{"rate_Hz": 0}'],
  ['{"world": 1}'],
  ['{"more": true}'],
  ["[]"],
  ["null"],
])("a reader that says %s is closed, and told how to say it", async (text) => {
  const reader = readStream(monitor.url(), headers, undefined);
  await monitor.until("hello", () => reader.texts.length > 0);
  reader.socket.send(text);
  expect(await reader.closed).toBe(1007);
});

test("a session that ends closes its streams", async () => {
  const login = await fetch(`${monitor.url()}/api/v1/session`, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ name: "owner", password: "correct horse battery" }),
  });
  expect(login.status).toBe(200);
  const cookie = login.headers.getSetCookie()[0]!.split(";")[0]!;
  const { csrf } = (await login.json()) as { csrf: string };
  const reader = readStream(monitor.url(), { cookie }, WANTED);
  await monitor.until("pictures", () => reader.pictures.length > 0);
  await fetch(`${monitor.url()}/api/v1/session`, { method: "DELETE", headers: { cookie, "x-csrf-token": csrf } });
  expect(await reader.closed).toBe(4401);
}, 60_000);

test("logins and refusals at the server stand in the device's journal", async () => {
  await fetch(`${monitor.url()}/api/v1/session`, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ name: "owner", password: "wrong" }),
  });
  const { readJournal } = await import("../../src/device/store-reader.ts");
  const found = await monitor.until("the entry", () =>
    readJournal(monitor.data).find(({ code, source }) => code === "loginRefused" && source === "http"),
  );
  expect(found.actor).toContain("127.0.0.1");
}, 60_000);
