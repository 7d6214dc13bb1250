// The server's line to a device, against a device of the test's own at a real socket: it comes back by itself, shares what many ask,
// never tells what is older than a change, and answers whatever becomes of the device.

import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createIntake, type FromServer, imageFrame, jsonFrame, takeBytes } from "../device/monitor-frames.ts";
import { type Listening, listenAt, monitorSocket } from "../device/monitor-socket.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../model/signal-image.ts";
import { createImageSender, type ImageSender, layoutKey, packImage } from "../monitor/stream.ts";
import { SocketLink } from "./device-link.ts";

const VIEWER = { actor: "anna", role: "viewer" } as const;
const OWNER = { actor: "otto", role: "owner" } as const;
const folders: string[] = [];
const opened: { readonly close: () => unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A device that keeps what it is asked, and answers when the test says so. */
class FakeDevice {
  readonly heard: FromServer[] = [];
  socket: Socket | undefined;
  layout = layoutKey();
  sender: ImageSender = createImageSender();
  #listening: Listening | undefined;

  async open(folder: string): Promise<this> {
    this.#listening = await listenAt(monitorSocket(folder), (socket) => {
      const intake = createIntake(1e6);
      this.socket = socket.on("error", () => {});
      this.sender = createImageSender();
      socket.on("data", (chunk: Buffer) => {
        for (const taken of takeBytes(intake, chunk) ?? [])
          if (taken.kind === "json") this.heard.push(JSON.parse(taken.text) as FromServer);
      });
      socket.write(jsonFrame({ kind: "hello", layout: this.layout, program: "a device", model: "m" }));
    });
    return this;
  }

  async close(): Promise<void> {
    this.socket?.destroy();
    await this.#listening?.close();
    this.#listening = undefined;
  }

  asked(name: string) {
    return this.heard.filter((message) => message.kind === "ask" && message.name === name) as Extract<
      FromServer,
      { readonly kind: "ask" }
    >[];
  }

  answer(name: string, answer: unknown): void {
    for (const { id } of this.asked(name))
      this.socket?.write(jsonFrame({ kind: "reply", id, reply: { ok: true, answer } }));
  }

  show(soc: number): void {
    const image = new Float64Array(IMAGE_SIZE);
    image[IMAGE_PLACES.get("soc")!.at] = soc;
    image[IMAGE_PLACES.get("socStarted")!.at] = 1;
    this.socket?.write(imageFrame(packImage(this.sender, image, { time_us: soc * 100, uptime_us: 0 })));
  }
}

async function link() {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-link-"));
  folders.push(folder);
  const device = await new FakeDevice().open(folder);
  const socketLink = new SocketLink(folder);
  opened.push(device, { close: () => socketLink.close() });
  socketLink.open();
  await until(() => socketLink.state.isUp);
  return { folder, device, link: socketLink };
}

test("a hundred who ask for the same at once are one question; who asks after a change asks anew", async () => {
  const { device, link: to } = await link();
  const asks = Array.from({ length: 100 }, () => to.ask("settings", {}, VIEWER));
  await until(() => device.asked("settings").length > 0);
  device.answer("settings", { settingsKey: "1", values: {} });
  const answers = await Promise.all(asks);
  expect(answers.every((reply) => reply.ok && reply.answer.settingsKey === "1")).toBe(true);
  expect(device.asked("settings")).toHaveLength(1);

  const change = to.ask("applySettings", { changes: {} }, OWNER);
  await until(() => device.asked("applySettings").length > 0);
  device.answer("applySettings", { settingsKey: "2", changes: [] });
  await change;
  const anew = to.ask("settings", {}, VIEWER);
  await until(() => device.asked("settings").length === 2);
  device.answer("settings", { settingsKey: "2", values: {} });
  expect(await anew).toMatchObject({ answer: { settingsKey: "2" } });
});

test("what needs more than one's role is refused here, whoever else was just told it", async () => {
  const { device, link: to } = await link();
  const nobody = { actor: "", role: undefined };
  expect(await to.ask("settings", {}, nobody)).toMatchObject({ ok: false, problem: { kind: "notAllowed" } });
  expect(await to.ask("command", { command: "powerDown" }, VIEWER)).toMatchObject({ problem: { kind: "notAllowed" } });
  expect(device.heard.filter(({ kind }) => kind === "ask")).toEqual([]);
});

test("a snapshot is made of the numbers that came last, but of none from before a change", async () => {
  const { device, link: to } = await link();
  const first = to.ask("snapshot", {}, VIEWER);
  await until(() => device.heard.some((message) => message.kind === "watch" && message.rate_Hz === 20));
  device.answer("snapshot", { time_us: 1, signals: {} });
  expect(await first).toMatchObject({ answer: { time_us: 1 } });

  device.show(0.5);
  await until(() => to.news.picture !== undefined);
  expect(await to.ask("snapshot", {}, VIEWER)).toMatchObject({ answer: { signals: { soc: 0.5 } } });
  expect(device.asked("snapshot")).toHaveLength(1);

  const change = to.ask("setWorld", { button: true }, OWNER);
  await until(() => device.asked("setWorld").length > 0);
  device.answer("setWorld", {});
  await change;
  const after = to.ask("snapshot", {}, VIEWER);
  await until(() => device.asked("snapshot").length === 2);
  device.answer("snapshot", { time_us: 2, signals: {} });
  expect(await after).toMatchObject({ answer: { time_us: 2 } });
});

test("a device that goes away leaves no question open; when it is back it is told again what is wanted", async () => {
  const { folder, device, link: to } = await link();
  const states: boolean[] = [];
  to.news.read({ rate_Hz: 7, world: true, bus: false }, { state: ({ isUp }) => void states.push(isUp) });
  to.place({ urls: ["http://127.0.0.1:1"], code: "A" });
  const open = to.ask("command", { command: "powerDown" }, OWNER);
  await until(() => device.asked("command").length > 0);
  await device.close();
  expect(await open).toMatchObject({ ok: false, problem: { kind: "unavailable" } });
  expect(await to.ask("device", {}, VIEWER)).toMatchObject({ problem: { kind: "unavailable" } });
  device.heard.length = 0;
  await device.open(folder);
  await until(() => device.heard.length > 1);
  expect(device.heard).toContainEqual({ kind: "watch", rate_Hz: 7, world: true, bus: false });
  expect(device.heard).toContainEqual({ kind: "place", urls: ["http://127.0.0.1:1"], code: "A" });
  expect(states).toEqual([false, true]);
});

test("a device that says nothing any more is no answer for ever", async () => {
  const { link: to } = await link();
  const began_ms = performance.now();
  to.answer_ms = 50;
  expect(await to.ask("device", {}, VIEWER)).toMatchObject({ ok: false, problem: { kind: "unavailable" } });
  expect(performance.now() - began_ms).toBeLessThan(5000);
});

test("a device of another program is told so and not believed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-link-"));
  folders.push(folder);
  const device = new FakeDevice();
  device.layout = "another";
  await device.open(folder);
  const to = new SocketLink(folder);
  opened.push(device, { close: () => to.close() });
  to.open();
  await until(() => device.socket !== undefined);
  await until(() => device.socket!.destroyed);
  const reply = await to.ask("device", {}, VIEWER);
  expect(reply).toMatchObject({ problem: { kind: "unavailable", detail: expect.stringContaining("another program") } });
});
