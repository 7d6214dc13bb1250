// A person at the console of a real `bms run`: `bms console` in a terminal of its own, keys in, what the screen shows out.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "./command-line.ts";
import { endProcess, freePorts, type ModbusDevice, startModbusDevice } from "./rigs/modbus-device.ts";

const PASSWORD = "correct horse battery";
const MAIN = new URL("../src/cli/main.ts", import.meta.url).pathname;
const PATIENCE_ms = 15_000;
let device: ModbusDevice;
let port = 0;
beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  const settings = { canPort: { server: "off", terminal: "off" }, console: { usb: false, tcpPort: port } };
  device = await startModbusDevice(settings, PASSWORD);
  await device.told(/^bms: console at/m);
}, 60_000);
afterAll(() => device?.end());

/** A terminal with `bms console` in it. */
function sit() {
  const { BMS_SERVICE_PASSWORD: _, ...env } = process.env;
  const terminal = spawn(process.execPath, [MAIN, "console", `127.0.0.1:${port}`], { cols: 100, rows: 40, env });
  let shown = "";
  let wake = (_?: Error): void => {};
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  terminal.onData((data) => {
    shown += data;
    wake();
  });
  /** Types, and returns what is shown until words come. */
  const type = async (keys: string, until: RegExp): Promise<string> => {
    shown = "";
    terminal.write(keys);
    while (!until.test(shown)) {
      const timer = setTimeout(() => wake(new Error(`${until} did not come after ${keys}: ${shown}`)), PATIENCE_ms);
      const trouble = await new Promise<Error | undefined>((resolve) => {
        wake = resolve;
      });
      clearTimeout(timer);
      if (trouble !== undefined) throw trouble;
    }
    return shown;
  };
  return { terminal, type, ended };
}

test("completes names, hides the password and keeps it out of the history, and ends with Ctrl-D", {
  timeout: 60_000,
}, async () => {
  const { type, ended } = sit();
  await type("", /bms> /);
  expect(await type("r battery.ce\t", /battery\.cells/)).not.toMatch(/ERROR/);
  expect(await type("\r", /16\r\n[\s\S]*bms> /)).toMatch(/\n16\r\n/);
  await type("r batte\t", /batte[\s\S]*ry/);
  expect(await type("\t", /battery\.voltageMethod/)).toMatch(/battery\.chemistry/);
  await type("\x15login\r", /Service password: /);
  expect(await type(`${PASSWORD}\r`, /OK\r\n[\s\S]*bms> /)).not.toContain("horse");
  expect(await type("r session.loggedIn\r", /\n1\r\n[\s\S]*bms> /)).toMatch(/\n1\r\n/);
  expect(await type("\x1b[A\x1b[A\x1b[A\x1b[A\x15r soc\r", /\n0\.\d+\r\n[\s\S]*bms> /)).not.toMatch(/horse|login/);
  await type("\x04", /\r/);
  expect(await ended).toBe(0);
});

test("keeps what is being typed below what the device says by itself", { timeout: 60_000 }, async () => {
  const { type, terminal, ended } = sit();
  await type("", /bms> /);
  await type("watch soc 200\r", /# soc 0\.\d+/);
  expect(await type("r battery.cells", /# soc 0\.\d+ ratio\r\n[\s\S]*bms> r battery\.cells/)).toMatch(
    /r battery\.cells/,
  );
  expect(await type("\r", /\n16\r\n/)).toMatch(/\n16\r\n/);
  terminal.write("quit\r");
  expect(await ended).toBe(0);
});

test("a console that is killed leaves no login behind", { timeout: 60_000 }, async () => {
  const killed = sit();
  await killed.type("", /bms> /);
  await killed.type(`login "${PASSWORD}"\r`, /OK\r\n/);
  process.kill(killed.terminal.pid, "SIGKILL");
  await killed.ended;
  const next = sit();
  await next.type("", /bms> /);
  expect(await next.type("w user.address Attic\r", /ERROR[\s\S]*bms> /)).toMatch(/ERROR:0x08000021/);
  next.terminal.write("\x04");
  expect(await next.ended).toBe(0);
});

test("a device that is gone is told and waited for; back, it goes on with what is typed", {
  timeout: 60_000,
}, async () => {
  const { type, ended } = sit();
  await type("", /bms> /);
  await type(`login "${PASSWORD}"\r`, /OK\r\n[\s\S]*bms> /);
  const { data } = device;
  const settings = join(data, "settings.yaml");
  const kept = readFileSync(settings);
  const lost = type("", /the line is lost: [\s\S]*Ctrl-D ends/);
  await device.end();
  await lost;
  await type("r session.lo", /session\.lo$/);
  mkdirSync(data, { recursive: true });
  writeFileSync(settings, kept);
  const again = startProcess("run", "--json", "--data", data, "--settings", settings);
  again.stdout.resume();
  again.stderr.resume();
  await type("", /is back; [\s\S]*bms> r session\.lo/);
  expect(await type("ggedIn\r", /\n\d\r\n[\s\S]*bms> /)).toMatch(/\n0\r\n/);
  await type("\x04", /\r/);
  expect(await ended).toBe(0);
  await endProcess(again);
  rmSync(data, { recursive: true, force: true });
});
