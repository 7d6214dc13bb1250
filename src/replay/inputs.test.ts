// What the core was given comes back tick by tick and bit for bit, whatever it was; what is damaged is refused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Request } from "../core/requests.ts";
import { createSensors, type Sensors } from "../core/sensors.ts";
import { createInputMemory, memoryNumbers, recallSensors, takeMemory } from "./input-memory.ts";
import {
  createInputPlayer,
  differingSection,
  type InputBlock,
  type InputPlayer,
  loadBlock,
  nextTick,
  requestsNow,
  unpackBlock,
} from "./input-player.ts";
import { addTick, BLOCK_FORMAT, checksumOf, createInputEncoder, packBlock } from "./inputs.ts";
import { requestsOf, requestText } from "./request-text.ts";
import { SENSOR_COLUMNS } from "./sensor-columns.ts";

const SECTIONS = Uint32Array.of(1, 2, 3, 0xffffffff, 5, 6);

type Tick = { readonly sensors: Sensors; readonly requests: readonly Request[]; readonly dt_us: number };

const copyOf = (sensors: Sensors): Sensors => structuredClone(sensors);

function put(sensors: Sensors, column: number, value: number): void {
  const { field, index } = SENSOR_COLUMNS[column]!;
  if (index < 0) (sensors as unknown as Record<string, number>)[field] = value;
  else (sensors[field] as Float64Array)[index] = value;
}

/** Every number of the sensors as bits, so that 0 and -0 differ. */
function bitsOf(sensors: Sensors): bigint[] {
  const numbers = SENSOR_COLUMNS.map(({ field, index }) =>
    index < 0 ? (sensors[field] as number) : (sensors[field] as Float64Array)[index]!,
  );
  return [...new BigUint64Array(Float64Array.from(numbers).buffer)];
}

function load(player: InputPlayer, bytes: Uint8Array): InputBlock {
  const unpacked = unpackBlock(bytes);
  if (!unpacked.ok) throw new Error(unpacked.reason);
  expect(loadBlock(player, unpacked.block).ok).toBe(true);
  return unpacked.block;
}

function thereAndBack(blocks: readonly (readonly Tick[])[]): void {
  const encoder = createInputEncoder();
  const player = createInputPlayer();
  const played = createSensors();
  let time_us = 0;
  for (const ticks of blocks) {
    for (const { sensors, requests, dt_us } of ticks) {
      addTick(encoder, sensors, requests, dt_us);
      time_us += dt_us;
    }
    const block = load(player, packBlock(encoder, time_us, SECTIONS));
    expect([block.ticks, block.end_us, differingSection(block, SECTIONS)]).toEqual([ticks.length, time_us, -1]);
    for (const { sensors, requests, dt_us } of ticks) {
      expect(nextTick(player, played)).toBe(dt_us);
      expect(bitsOf(played)).toEqual(bitsOf(sensors));
      expect(requestsNow(player)).toStrictEqual(requests);
    }
    expect(memoryNumbers(player.memory).slice(2, -SENSOR_COLUMNS.length)).toEqual(
      memoryNumbers(encoder.memory).slice(2, -SENSOR_COLUMNS.length),
    );
  }
}

const anyColumn = fc.integer({ min: 0, max: SENSOR_COLUMNS.length - 1 });
const isByte = (column: number): boolean => ["feedback", "inputs"].includes(SENSOR_COLUMNS[column]!.field);
/** A change of one number: any double, or a step of the converter. */
const change = fc
  .tuple(anyColumn, fc.oneof(fc.double(), fc.integer({ min: -50_000, max: 50_000 })), fc.boolean())
  .map(([column, number, stepped]) => {
    if (isByte(column)) return { column, value: Math.abs(Math.trunc(number)) % 256 || 0 };
    return { column, value: stepped ? Math.round(number) / SENSOR_COLUMNS[column]!.perUnit : number };
  });
const PLAIN = { noNullPrototype: true };
const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Infinity, 5e-324));
const request = fc.oneof<fc.Arbitrary<Request>[]>(
  fc.record({ kind: fc.constant("shunt" as const), current_A: anyNumber }, PLAIN),
  fc.record(
    { kind: fc.constant("override" as const), signal: fc.constant("interlock" as const), value: anyNumber },
    PLAIN,
  ),
  fc.record(
    {
      kind: fc.constant("set" as const),
      changes: fc.dictionary(fc.string({ unit: "binary" }), anyNumber, PLAIN),
    },
    PLAIN,
  ),
  fc.record({ kind: fc.constant("set" as const), changes: fc.constant({ a: "~", b: "~NaN", ü: "\ud800€" }) }, PLAIN),
  fc.constant({
    kind: "command" as const,
    command: "startCellDischarge" as const,
    argument: undefined,
  } as unknown as Request),
);
const move = fc.record({
  changes: fc.array(change, { maxLength: 4 }),
  requests: fc.oneof<fc.WeightedArbitrary<Request[]>[]>(
    { weight: 5, arbitrary: fc.constant<Request[]>([]) },
    { weight: 1, arbitrary: fc.array(request, { maxLength: 3 }) },
  ),
  dt_us: fc.oneof(fc.constant(10_000), fc.integer({ min: 9_900, max: 10_100 }), fc.integer({ min: 1, max: 1_000_000 })),
});

function ticksOf(
  moves: readonly { changes: { column: number; value: number }[]; requests: Request[]; dt_us: number }[],
  sensors: Sensors,
): Tick[] {
  return moves.map(({ changes, requests, dt_us }) => {
    for (const { column, value } of changes) put(sensors, column, value);
    return { sensors: copyOf(sensors), requests, dt_us };
  });
}

describe("recorded inputs", () => {
  test("come back bit for bit: any sensors, any requests, any ticks, block after block", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(move, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        (blocks) => {
          const sensors = createSensors();
          thereAndBack(blocks.map((moves) => ticksOf(moves, sensors)));
        },
      ),
      { numRuns: 150 },
    );
  });

  test("may be many in one block", () => {
    const sensors = createSensors();
    const ticks = Array.from({ length: 3000 }, (_, i) => {
      sensors.hall_V = i / 12_800;
      if (i % 3 === 0) sensors.cells_V[i % 18] = i / 10_000;
      return { sensors: copyOf(sensors), requests: [], dt_us: 300 + (i % 7) };
    });
    thereAndBack([ticks, ticks]);
  });

  test("name every number of the sensors once", () => {
    const names = SENSOR_COLUMNS.map(({ field, index }) => `${field} ${index}`);
    const all = Object.entries(createSensors()).flatMap(([field, value]) =>
      typeof value === "number" ? [`${field} -1`] : Array.from(value, (_, i) => `${field} ${i}`),
    );
    expect([...names].sort()).toEqual(all.sort());
  });

  test("can be played from any block on, with the memory of its beginning", () => {
    const encoder = createInputEncoder();
    const sensors = createSensors();
    let time_us = 0;
    const blockOf = (hall_V: number): Uint8Array => {
      sensors.hall_V = hall_V;
      addTick(encoder, sensors, [], 10_000);
      time_us += 10_000;
      return packBlock(encoder, time_us, SECTIONS);
    };
    sensors.pullUp_V[3] = 3.1234;
    blockOf(2.5);
    const memory = createInputMemory();
    expect(takeMemory(memory, memoryNumbers(encoder.memory))).toBe(true);
    const played = createSensors();
    recallSensors(memory, played);
    const player = createInputPlayer(memory);
    load(player, blockOf(2.75));
    nextTick(player, played);
    expect(bitsOf(played)).toEqual(bitsOf(sensors));
  });
});

describe("a block", () => {
  const block = (): Uint8Array => {
    const encoder = createInputEncoder();
    const sensors = createSensors();
    for (let i = 0; i < 20; i++) {
      sensors.hall_V = (i * i) / 12_800;
      addTick(encoder, sensors, i === 4 ? [{ kind: "shunt", current_A: 2 }] : [], 10_000 + i);
    }
    return packBlock(encoder, 200_190, SECTIONS);
  };

  test("tells which section of the state differs", () => {
    const { block: read } = unpackBlock(block()) as { block: InputBlock };
    expect(differingSection(read, SECTIONS)).toBe(-1);
    for (let i = 0; i < 6; i++)
      expect(
        differingSection(
          read,
          SECTIONS.map((hash, k) => (k === i ? hash + 1 : hash)),
        ),
      ).toBe(i);
    expect(
      differingSection(
        read,
        SECTIONS.map((hash) => hash ^ 0x100),
      ),
    ).toBe(6);
  });

  test("that is cut off, foreign or damaged anywhere is refused in words, and never thrown at", () => {
    const good = block();
    for (let length = 0; length < good.length; length++) expect(unpackBlock(good.subarray(0, length)).ok).toBe(false);
    for (let at = 0; at < good.length * 8; at++) {
      const flipped = good.slice();
      flipped[at >> 3]! ^= 1 << (at & 7);
      const unpacked = unpackBlock(flipped);
      expect(unpacked.ok ? "" : unpacked.reason).toMatch(/block of inputs/);
    }
    const foreign = unpackBlock(new TextEncoder().encode("this is a text of some length"));
    expect(foreign).toEqual({
      ok: false,
      reason: "this is no block of inputs that this program reads (it begins with 116, not 177)",
    });
  });
});

test("bytes that are no block, but sealed like one, are refused or played, and never thrown at", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 400 }), (bytes) => {
      bytes[0] = BLOCK_FORMAT;
      bytes[13] = 0;
      new DataView(bytes.buffer).setUint16(1, checksumOf(bytes), true);
      const unpacked = unpackBlock(bytes);
      if (unpacked.ok && unpacked.block.ticks < 1000) loadBlock(createInputPlayer(), unpacked.block);
    }),
    { numRuns: 2000 },
  );
});

test("requests come back as they were from text", () => {
  fc.assert(
    fc.property(fc.array(request), (requests) => {
      const text = requestText(requests);
      expect(requestsOf(text)).toStrictEqual(requests);
      expect(text).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
  expect(requestsOf("{")).toBeUndefined();
  expect(requestsOf("3")).toBeUndefined();
  expect(requestsOf('[{"kind":"selfDestruct"}]')).toBeUndefined();
});
