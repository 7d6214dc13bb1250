// `bms start` as real processes: whatever is killed, the rest goes on or ends in order, and what died comes back.

import { existsSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { readJournal } from "../../src/device/store-reader.ts";
import { isAlive, kill, type RunningMonitor, readStream, startMonitor } from "../../tools/fuzz/running-monitor.ts";

const running: RunningMonitor[] = [];
afterEach(async () => {
  for (const monitor of running.splice(0)) await monitor.end();
}, 60_000);

function start(words?: readonly string[]): RunningMonitor {
  const monitor = startMonitor(words);
  running.push(monitor);
  return monitor;
}

const bothRun = async (monitor: RunningMonitor) => {
  const device = await monitor.until("the device", () => monitor.lines.length > 0 && monitor.pid("run"));
  const server = await monitor.until("the server", () => monitor.url() !== "" && monitor.pid("serve"), 40);
  return { device, server };
};

const isClosed = ({ contactors }: RunningMonitor["lines"][number]): boolean => contactors["main"] === true;
const WANTED = { rate_Hz: 20, world: false, bus: false };

test.skipIf(process.platform !== "linux")(
  "the device collects its garbage on one thread, however it was started",
  async () => {
    const monitor = start();
    const { device } = await bothRun(monitor);
    expect(readFileSync(`/proc/${device}/cmdline`, "utf8").split("\0")).toContain("--single-threaded-gc");
  },
  60_000,
);

test("a server that is killed comes back on the same address or another, while the device ticks on without a gap", async () => {
  const monitor = start();
  const { device, server } = await bothRun(monitor);
  const before = monitor.lines.at(-1)!;
  kill(server);
  const next = await monitor.until("another server", () => {
    const pid = monitor.pid("serve");
    return pid !== server && pid;
  });
  await monitor.until("its death on the terminal", () =>
    monitor.said().includes("the monitor's server has died (SIGKILL)"),
  );
  await monitor.until("that it serves", () => monitor.said().split("monitor: http").length > 2, 40);
  expect(next).not.toBe(server);
  expect(monitor.pid("run")).toBe(device);
  const after = await monitor.until("more lines", () => monitor.lines.find(({ time_s }) => time_s > before.time_s + 2));
  expect(after.lost_s).toBe(0);
  expect(monitor.lines.filter(({ resumed }) => resumed !== undefined)).toHaveLength(1);
}, 120_000);

test("a device that is killed is started again with open contactors and what it knew; its journal says so, streams go on", async () => {
  const monitor = start();
  const { device, server } = await bothRun(monitor);
  const headers = await monitor.owner();
  const reader = readStream(monitor.url(), headers, WANTED);
  await monitor.until("closed contactors", () => monitor.lines.some(isClosed), 30);
  await monitor.until("pictures", () => reader.pictures.length > 3);
  const [lines, pictures] = [monitor.lines.length, reader.pictures.length];
  kill(device);
  await monitor.until("that the reader hears of it", () => reader.texts.some(({ kind }) => kind === "down"));
  const down = reader.texts.find(({ kind }) => kind === "down")!;
  expect(Math.abs(Number(down["since_us"]) / 1000 - Date.now())).toBeLessThan(30_000);
  const reborn = await monitor.until(
    "the first line of the next",
    () => monitor.lines.slice(lines).find(({ resumed }) => resumed !== undefined),
    40,
  );
  expect(reborn.resumed).toBe(true);
  expect(Object.values(reborn.contactors)).toEqual(
    [false, false, false, false, false].slice(0, Object.keys(reborn.contactors).length),
  );
  await monitor.until(
    "pictures again",
    () => reader.texts.some(({ kind }) => kind === "up") && reader.pictures.length > pictures + 5,
    40,
  );
  expect(monitor.said()).toMatch(/the device has died \(SIGKILL\) and is started again, with open contactors/);
  expect(monitor.pid("serve")).toBe(server);
  const codes = await monitor.until("the journal", () => {
    const found = readJournal(monitor.data).map(({ code }) => code);
    return found.includes("killed") && found.lastIndexOf("started") > found.indexOf("killed") - 2 && found;
  });
  const again = codes.lastIndexOf("killed");
  expect(codes.slice(again).indexOf("contactorClosed")).not.toBe(0);
  await monitor.until("closed contactors again", () => monitor.lines.slice(lines).some(isClosed), 30);
}, 180_000);

test("a device that hangs is killed and started again with open contactors, and its journal says why", async () => {
  const monitor = start();
  const { device, server } = await bothRun(monitor);
  await monitor.until("closed contactors", () => monitor.lines.some(isClosed), 30);
  const lines = monitor.lines.length;
  process.kill(device, "SIGSTOP");
  await monitor.until("its death on the terminal", () =>
    monitor
      .said()
      .includes("the device was killed (no sign of life for 2 s) and is started again, with open contactors"),
  );
  const next = () => monitor.lines.slice(lines).find(({ resumed }) => resumed !== undefined);
  const reborn = await monitor.until("the first line of the next", next, 40);
  expect(Object.values(reborn.contactors)).not.toContain(true);
  expect(monitor.pid("serve")).toBe(server);
  const killed = await monitor.until("the journal", () =>
    readJournal(monitor.data).find(({ code }) => code === "killed"),
  );
  expect(killed.text).toBe("the run before ended without order: the device was killed (no sign of life for 2 s)");
}, 180_000);

test("a server that hangs is killed and started again; the device ticks on, and its journal says so", async () => {
  const monitor = start();
  const { device, server } = await bothRun(monitor);
  process.kill(server, "SIGSTOP");
  const text = "the monitor's server was killed (no sign of life for 10 s) and is started again; the device goes on";
  await monitor.until("its death on the terminal", () => monitor.said().includes(text), 60);
  await monitor.until("that it serves", () => monitor.said().split("monitor: http").length > 2, 40);
  expect(monitor.pid("run")).toBe(device);
  expect(monitor.lines.at(-1)?.lost_s).toBe(0);
  await monitor.until("the journal", () => readJournal(monitor.data).some((entry) => entry.text === text));
}, 180_000);

test("when the supervisor is killed, device and server end by themselves, the device in order", async () => {
  const monitor = start();
  const { device, server } = await bothRun(monitor);
  kill(monitor.supervisor.pid!);
  await monitor.until("the end of both", () => !isAlive(device) && !isAlive(server), 30);
  const codes = readJournal(monitor.data).map(({ code }) => code);
  expect(codes.at(-1)).toBe("ended");
  expect(existsSync(`${monitor.data}/ports/monitor`)).toBe(false);
}, 120_000);

test("a signal ends all in order, with the device's exit code and nothing left behind", async () => {
  const monitor = start();
  const { device, server } = await bothRun(monitor);
  monitor.supervisor.kill("SIGTERM");
  await monitor.until(
    "the end of all",
    () => !isAlive(device) && !isAlive(server) && monitor.supervisor.exitCode !== null,
    30,
  );
  expect(monitor.supervisor.exitCode).toBe(0);
  expect(monitor.said()).toMatch(/bms: ended: all contactors open, state saved in .*\n$/);
  expect(readJournal(monitor.data).at(-1)?.code).toBe("ended");
}, 120_000);

test("a device that ends by its own will ends all", async () => {
  const monitor = start(["--no-ports", "--duration", "3"]);
  await monitor.until("the end of all", () => monitor.supervisor.exitCode !== null, 60);
  expect(monitor.supervisor.exitCode).toBe(0);
}, 120_000);

test("what was typed wrong is said in one line, and nothing is started again", async () => {
  const monitor = start(["--no-ports", "--speed", "no"]);
  await monitor.until("the end of all", () => monitor.supervisor.exitCode !== null, 60);
  expect(monitor.supervisor.exitCode).toBe(2);
  expect(monitor.said()).toMatch(/^bms: --speed must be a number from 0.01 to 100000, not "no"\n$/);
}, 120_000);

test("a scenario that is asked for begins in a device of its own, and the plain world again after it", async () => {
  const monitor = start();
  await bothRun(monitor);
  const headers = { ...(await monitor.owner()), "content-type": "application/json" };
  const ask = async (name: string) => {
    const device = monitor.pid("run");
    const response = await fetch(`${monitor.url()}/api/v1/scenarios/${name}/start`, {
      method: "POST",
      headers,
      body: "{}",
    });
    expect({ name, status: response.status, text: await response.text() }).toMatchObject({ status: 200 });
    await monitor.until(`the device of ${name}`, () => monitor.pid("run") !== device && monitor.pid("run"), 40);
    return monitor.until(
      "its setup",
      lately(async () => {
        const told = await fetch(`${monitor.url()}/api/v1/device`, { headers });
        return told.ok && ((await told.json()) as { setup: string }).setup;
      }),
      40,
    );
  };
  expect(await ask("winter-night")).toBe("scenario winter-night");
  expect(await ask("bench")).toBe("default");
  const unknown = await fetch(`${monitor.url()}/api/v1/scenarios/nowhere/start`, {
    method: "POST",
    headers,
    body: "{}",
  });
  expect(unknown.status).toBe(404);
}, 180_000);

/** A look that takes its time: what it found last, or nothing yet. */
function lately<T>(look: () => Promise<T | false>): () => T | false {
  let found: T | false = false;
  let isLooking = false;
  return () => {
    if (!isLooking) {
      isLooking = true;
      void look().then(
        (value) => {
          found = value;
          isLooking = false;
        },
        () => {
          isLooking = false;
        },
      );
    }
    return found;
  };
}
