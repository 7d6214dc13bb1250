// What a device writes is its owner's to read: after a run, and where an older program left it open to all.

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sessionOptions, until } from "../../tests/rigs/session.ts";
import { Session } from "./session.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-modes-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Files below, with their modes. */
const modesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, modeOf(join(folder, name))]),
  );

async function run(folder: string): Promise<Record<string, string>> {
  const session = await Session.open(sessionOptions(folder));
  session.start();
  await until(() => session.device.run.time_us > 20e6);
  const modes = modesIn(folder);
  session.stop();
  await session.done;
  return { ...modes, ...modesIn(folder) };
}

test("a folder that the device makes and all in it are its owner's alone; folders above it are as the system makes them", async () => {
  const folder = join(ROOT, "above", "data");
  const modes = await run(folder);
  expect(Object.keys(modes)).toEqual(expect.arrayContaining(["bms.sqlite", "journal.sqlite", "bms.lock"]));
  expect(Object.keys(modes).some((name) => name.startsWith("log/"))).toBe(true);
  expect(new Set(Object.values(modes))).toEqual(new Set(["600"]));
  expect([modeOf(folder), modeOf(join(folder, "log"))]).toEqual(["700", "700"]);
  expect(modeOf(join(ROOT, "above"))).not.toBe("700");
});

test("a folder that was there keeps its mode; databases in it that all could read become private", async () => {
  const folder = join(ROOT, "shared");
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  await run(folder);
  for (const name of ["bms.sqlite", "journal.sqlite", "bms.lock"]) chmodSync(join(folder, name), 0o644);
  const modes = await run(folder);
  expect(modeOf(folder)).toBe("755");
  for (const name of ["bms.sqlite", "journal.sqlite", "bms.lock"]) expect(modes[name], name).toBe("600");
});
