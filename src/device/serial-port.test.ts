// A serial port of this machine, with a pseudo-terminal as its other side.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { until } from "../../tests/rigs/session.ts";
import { PORT_TROUBLES } from "../model/signals-equipment.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";
import { openSerialPort } from "./serial-port.ts";

const folder = mkdtempSync(join(tmpdir(), "bms-mini-serial-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FORMAT = { baud: 115_200, parity: "none", stopBits: 1 } as const;
const LINES = Array.from({ length: 1000 }, (_, i) => `t123${`${i}`.padStart(4, "0")}\r`);

async function openBoth(name: string) {
  let heard = "";
  const events = { received: () => {}, failed: () => {} };
  const other = await openPseudoTerminal(join(folder, name), {
    ...events,
    received: (chunk) => {
      heard += Buffer.from(chunk).toString("latin1");
    },
  });
  const port = await openSerialPort(join(folder, name), FORMAT, events);
  return { other, port, heard: () => heard, close: () => Promise.all([port.close(), other.close()]) };
}

test("what is written in many small pieces arrives in their order, also at a port that takes none for a while", async () => {
  const { other, port, heard, close } = await openBoth("slow");
  other.hold?.(true);
  for (const line of LINES) expect(port.write(Buffer.from(line))).toBe(line.length);
  await new Promise((resolve) => setTimeout(resolve, 50));
  other.hold?.(false);
  await until(() => heard().length >= LINES.join("").length);
  expect(heard()).toBe(LINES.join(""));
  await close();
});

test("a port that takes nothing refuses in the end, whole pieces only, and loses nothing of what it has taken", async () => {
  const { other, port, heard, close } = await openBoth("stuck");
  other.hold?.(true);
  const piece = Buffer.alloc(1000, "x");
  let taken = 0;
  for (let i = 0; i < 200; i++) taken += port.write(piece);
  expect(taken).toBeLessThan(200_000);
  expect(taken % piece.length).toBe(0);
  other.hold?.(false);
  await until(() => heard().length >= taken);
  expect(heard().length).toBe(taken);
  await close();
});

test("a port that is unplugged is told as missing, also in the moment in which it was opened or has said something", async () => {
  for (let i = 0; i < 60; i++) {
    let trouble = "";
    let heard = 0;
    const other = await openPseudoTerminal(join(folder, "plug"), { received: () => {}, failed: () => {} });
    const port = await openSerialPort(join(folder, "plug"), FORMAT, {
      received: (chunk) => (heard += chunk.length),
      failed: ({ code }) => (trouble = PORT_TROUBLES[code]!),
    });
    if (i % 3 > 0) other.write(Buffer.from("t1230\r"));
    if (i % 3 > 1) await until(() => heard > 0);
    await other.close();
    await until(() => trouble !== "");
    expect(trouble).toBe("missing");
    await port.close();
  }
});
