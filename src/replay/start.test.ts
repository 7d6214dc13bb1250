// A start brings a device back exactly as it was, with settings of its own or others, or says why it cannot.

import { expect, test } from "vitest";
import { crc32 } from "../base/crc.ts";
import { type Bms, createBms, step } from "../core/bms.ts";
import { SCHEMA_VERSION } from "../core/migrations.ts";
import { saveState } from "../core/saved-state.ts";
import { createSettings, type SettingValue } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { createWorld, stepWorld } from "../sim/world.ts";
import { worldConfig } from "../sim/world-config.ts";
import { createInputMemory, memoryNumbers } from "./input-memory.ts";
import { packStart, startBms, unpackStart } from "./start.ts";

const CHANGES: Readonly<Record<string, SettingValue>> = { "battery.cells": 12, "user.serialNumber": "Zürich ~1" };

function livedBms(): Bms {
  const changed = changeSettings(createSettings(), { ...CHANGES, "balancing.enable": false });
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  const bms = createBms(changed.settings);
  const world = createWorld(worldConfig({ pack: { cells: 12 } }), 1);
  for (let tick = 0; tick < 500; tick++) {
    stepWorld(world, bms.commands, 10_000);
    step(bms, world.sensors, [], 10_000);
  }
  return bms;
}

const bms = livedBms();
const PACKED = packStart(bms, { program: "bms-mini 9" });

function unpacked(bytes: Uint8Array): Extract<ReturnType<typeof unpackStart>, { ok: true }>["start"] {
  const read = unpackStart(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.start;
}

test("a device comes back with every bit of its state and with its settings", () => {
  const start = unpacked(PACKED);
  expect([start.program, start.schema, start.time_us]).toEqual(["bms-mini 9", SCHEMA_VERSION, 5_000_000]);
  expect(start.settings).toMatchObject(CHANGES);
  const started = startBms(start);
  if (!started.ok) throw new Error(started.reason);
  expect(started.bms.settings).toEqual(bms.settings);
  expect(Buffer.compare(saveState(started.bms), saveState(bms))).toBe(0);
});

test("what the inputs build upon comes along, with the time of the device", () => {
  const memory = createInputMemory();
  memory.columns[3]!.last = 33_000;
  memory.rows[1]![4] = -0;
  memory.blocks = 77;
  const back = unpacked(packStart(bms, { program: "x", memory })).memory;
  expect(memoryNumbers(back)).toEqual(memoryNumbers({ ...memory, time_us: 5_000_000 }));
});

test("it may go on under other settings", () => {
  const started = startBms(unpacked(PACKED), createSettings());
  expect(started.ok && started.bms.settings.battery.cells).toBe(16);
});

/** The start with other words in its head, sealed again. */
function altered(from: string, to: string): Uint8Array {
  const text = Buffer.from(PACKED).toString("latin1");
  const at = text.indexOf(from);
  const bytes = Buffer.from(text.slice(0, at) + to + text.slice(at + from.length), "latin1");
  bytes.writeUInt32LE(bytes.readUInt32LE(9) + to.length - from.length, 9);
  bytes.writeUInt32LE(crc32(bytes.subarray(9)), 5);
  return bytes;
}

test("a newer program's is refused, and one with a setting nobody knows", () => {
  expect(unpackStart(altered(`"schema":${SCHEMA_VERSION}`, '"schema":999'))).toEqual({
    ok: false,
    reason: `the recording is from a newer program (state version 999, this one reads up to ${SCHEMA_VERSION})`,
  });
  expect(startBms(unpacked(altered('"battery.cells"', '"battery.moons"')))).toEqual({
    ok: false,
    reason: "this program has no setting battery.moons, which the recorded device had changed",
  });
  expect(unpackStart(altered('{"program"', '["program"'))).toEqual({
    ok: false,
    reason: "the start of the recording is damaged: its head makes no sense",
  });
});

test("what is cut off or damaged anywhere is refused in words", () => {
  for (let length = 0; length < PACKED.length; length += 211)
    expect(unpackStart(PACKED.subarray(0, length)).ok).toBe(false);
  for (let at = 0; at < PACKED.length; at += 97) {
    const flipped = PACKED.slice();
    flipped[at]! ^= 1;
    const read = unpackStart(flipped);
    expect(read.ok ? "" : read.reason).toMatch(/recording/);
  }
});
