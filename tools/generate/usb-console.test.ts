// docs/usb-console.sh: what it writes to the kernel's gadget file system, here a plain folder.

import { execFile, execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "../../docs/usb-console.sh");
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bms-mini-gadget-"));
  for (const folder of ["config/usb_gadget", "udc"]) mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (...words: readonly string[]) =>
  promisify(execFile)("sh", [SCRIPT, ...words], {
    env: { ...process.env, CONFIGFS: join(root, "config"), CONTROLLERS: join(root, "udc") },
  });
const gadget = (path: string): string => join(root, "config/usb_gadget/bms-mini", path);
const written = (path: string): string => readFileSync(gadget(path), "utf8").trim();

test("start makes an ACM function in one configuration, and binds it to the board's controller last", async () => {
  mkdirSync(join(root, "udc/20980000.usb"));
  await run("start");
  expect(lstatSync(gadget("functions/acm.GS0")).isDirectory()).toBe(true);
  expect(lstatSync(gadget("configs/c.1/acm.GS0")).isSymbolicLink()).toBe(true);
  expect([written("idVendor"), written("bDeviceClass"), written("UDC")]).toEqual(["0x1d6b", "0xEF", "20980000.usb"]);
  expect(written("strings/0x409/serialnumber")).not.toBe("");
  expect((await run("start")).stderr).toBe("the USB console is there already\n");
});

test("a board without a USB device port is told so, and nothing is made", async () => {
  await expect(run("start")).rejects.toMatchObject({ code: 1, stderr: /no USB device port/ });
  expect(() => lstatSync(gadget(""))).toThrow(/ENOENT/);
});

test("it is a script for any POSIX shell", () => {
  execFileSync("sh", ["-n", SCRIPT]);
});
