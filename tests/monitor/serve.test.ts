// `bms serve` alone: beside a device that runs otherwise, before there is one, and at a port that somebody else has.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../../tools/fuzz/running-device.ts";
import { PASSWORD } from "../../tools/fuzz/running-monitor.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
const children = new Set<ChildProcess>();
const folders: string[] = [];
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function bms(...words: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", "ignore", "pipe"] });
  children.add(child);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const saying = async (words: RegExp): Promise<RegExpExecArray> => {
    for (let look = 0; look < 2000; look++) {
      const found = words.exec(said);
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`it never said ${words}: ${said}`);
  };
  return { child, ended, saying, said: () => said };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bms-serve-"));
  folders.push(folder);
  return join(folder, "d");
}

test("it serves before there is a device, and finds it when it comes; the device shows where, and the code", async () => {
  const data = newFolder();
  const server = bms("serve", "--data", data, "--port", "0");
  const [, url = "", code = ""] = await server.saying(/monitor: (http:\S+).* with the code (\S+)\)/);
  const made = await fetch(`${url}/api/v1/owner`, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ code, name: "owner", password: PASSWORD }),
  });
  expect(made.status).toBe(200);
  const headers = { cookie: made.headers.getSetCookie()[0]!.split(";")[0]! };
  const absent = await fetch(`${url}/api/v1/device`, { headers });
  expect(absent.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(await absent.json()).toMatchObject({ type: "/problems/unavailable", status: 503 });

  const device = bms("run", "--json", "--no-ports", "--data", data);
  await device.saying(new RegExp(`monitor: ${url}`));
  expect(device.said()).not.toContain("with the code"); // there is an owner
  const present = await fetch(`${url}/api/v1/device`, { headers });
  expect(await present.json()).toMatchObject({ setup: "default", cells: 16 });

  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
  device.child.kill("SIGTERM");
  expect(await device.ended).toBe(0);
}, 120_000);

test("a port that is taken is told in one line and tried again until it is free", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  const server = bms("serve", "--data", newFolder(), "--port", String(port));
  await server.saying(/the monitor cannot be served: port \d+ of 127\.0\.0\.1 is taken.*; trying again\n/);
  await new Promise((resolve) => other.close(resolve));
  await server.saying(new RegExp(`monitor: http://127.0.0.1:${port}`));
  expect(server.said().match(/is taken/g)).toHaveLength(1);
}, 120_000);

test.each([
  [["--port", "65536"], '--port must be a whole number from 0 to 65535, not "65536"'],
  [["--port", "x"], '--port must be a whole number from 0 to 65535, not "x"'],
  [["--cert", "c.pem"], "--cert goes with --key"],
])(
  "serve %j is refused in one line",
  async (words, line) => {
    const server = bms("serve", "--data", newFolder(), ...words);
    expect(await server.ended).toBe(2);
    expect(server.said()).toBe(`bms: ${line}\n`);
  },
  60_000,
);
