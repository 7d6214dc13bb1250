// The modelled pack between two runs: charge, temperatures, ageing and hysteresis of its cells are saved beside the
// device's own memory, so that the next start meets the pack where it was left, and after the time it was left alone.
// Same format as the device's saved state (core/saved-state.ts): named numbers with a checksum.

import { crc32 } from "../base/crc.ts";
import { createCommands } from "../core/commands.ts";
import { decode, encode } from "../core/saved-state.ts";
import { CELL_INPUTS } from "../core/sensors.ts";
import type { Entries } from "../core/state-entries.ts";
import { stepWorld, type World } from "../sim/world.ts";

type Named = { [key: string]: unknown };
type Numbers = Float64Array | Uint8Array;

/** The parts of the world that outlive a power cycle. */
const partsOf = (world: World): Readonly<Record<string, Named>> => ({
  cells: world.cells as unknown as Named,
  thermal: world.thermal as unknown as Named,
  house: world.load.house as unknown as Named,
});

/** Everything that changes in the cells (rows of 18) and the single numbers beside them; not the cell model's curves. */
const isMemory = (value: unknown): value is Numbers =>
  (value instanceof Float64Array || value instanceof Uint8Array) && value.length <= CELL_INPUTS;

export function savePack(world: World): Uint8Array {
  const entries: Entries = new Map();
  for (const [part, record] of Object.entries(partsOf(world))) {
    for (const [key, value] of Object.entries(record)) {
      if (typeof value === "number") entries.set(`${part}.${key}`, Float64Array.of(value));
      else if (isMemory(value)) entries.set(`${part}.${key}`, Float64Array.from(value));
    }
  }
  return encode(entries);
}

/** False, and nothing changed, when the bytes are damaged or from another kind of pack. */
export function restorePack(world: World, bytes: Uint8Array): boolean {
  const decoded = decode(bytes);
  if (!decoded.ok) return false;
  const parts = partsOf(world);
  const known = [...decoded.entries].filter(([name]) => holderOf(parts, name) !== undefined);
  if (!known.every(([name, values]) => fits(parts, name, values))) return false;
  for (const [name, values] of known) put(parts, name, values);
  return true;
}

function holderOf(parts: Readonly<Record<string, Named>>, name: string): Named | undefined {
  const [part = "", key = ""] = name.split(".");
  const record = parts[part];
  return record !== undefined && key in record ? record : undefined;
}

const keyOf = (name: string): string => name.slice(name.indexOf(".") + 1);

function fits(parts: Readonly<Record<string, Named>>, name: string, values: Float64Array): boolean {
  const value = holderOf(parts, name)?.[keyOf(name)];
  if (!values.every(Number.isFinite)) return false;
  return isMemory(value) ? value.length === values.length : typeof value === "number" && values.length === 1;
}

function put(parts: Readonly<Record<string, Named>>, name: string, values: Float64Array): void {
  const record = holderOf(parts, name)!;
  const value = record[keyOf(name)];
  if (isMemory(value)) value.set(values);
  else record[keyOf(name)] = values[0]!;
}

const MOST_STEPS = 4000;
const STEP_us = 10_000_000;

/** Lets the time pass in which the device was off: cells rest, discharge themselves and take the temperature of the air. */
export function passTimeOff(world: World, off_s: number): void {
  if (!(off_s > 0)) return;
  const off = createCommands();
  off.power = 0;
  const step_us = Math.max(STEP_us, Math.round((off_s * 1e6) / MOST_STEPS));
  for (let left_us = Math.round(off_s * 1e6); left_us > 0; left_us -= step_us) {
    stepWorld(world, off, Math.min(step_us, left_us));
  }
}

/** Tells one modelled pack from another: what it is made of and the seed it was made with. */
export function packIdentity(world: World): string {
  const text = JSON.stringify([world.config.pack, world.seed]);
  return `model ${crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0")} seed ${world.seed}`;
}
