// A port in a data folder is followed while its device runs, and not after it was killed.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Store } from "../device/store.ts";
import { refuseStale } from "./board-port.ts";
import { UsageError } from "./usage-error.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-board-port-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

test("the port of a running device is followed, that of a dead one refused with what to do", () => {
  const port = join(ROOT, "ports/usb");
  mkdirSync(join(ROOT, "ports"));
  symlinkSync("/dev/null", port);
  expect(() => refuseStale(port)).toThrow(UsageError);
  const store = Store.open(ROOT);
  refuseStale(port);
  store.close();
  expect(() => refuseStale(port)).toThrow(/no device runs on .*; start it with bms run/);
});

test.each(["/dev/ttyACM0", "data/usb", "192.168.1.7:1502", "rtu+tcp://host:1", join(ROOT, "ports/missing")])(
  "%s is nobody's board",
  (place) => {
    refuseStale(place);
  },
);
