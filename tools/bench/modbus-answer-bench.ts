// How long a Modbus RTU answer takes inside the device, from the end of the request's frame to the bytes of the answer: a
// real core's signals, copied for each request as after a tick, read in pieces of 125 registers from every part of the map.

import { createBms } from "../../src/core/bms.ts";
import { copyImage, createImageReader } from "../../src/core/signal-image.ts";
import { createVendorJournal } from "../../src/log/vendor-journal.ts";
import { createCounters } from "../../src/modbus/counters.ts";
import { rtuFrame } from "../../src/modbus/framing.ts";
import { HOLDING_REGISTERS, INPUT_REGISTERS } from "../../src/modbus/register-map.ts";
import { createSerialLine, type LineStep, nextWake_us, takeBytes, wake } from "../../src/modbus/serial-line.ts";
import type { Context } from "../../src/modbus/server.ts";
import { createServerState } from "../../src/modbus/server-state.ts";
import { createSettings } from "../../src/model/settings.ts";
import type { Identity } from "../../src/model/shown.ts";
import { IMAGE_SIZE } from "../../src/model/signal-image.ts";
import { atMost, type Figure } from "./measurement.ts";

const REGISTERS = 125;
const UNIT = 32;
const REQUESTS = 30_000;
/** Requests before the measurement, for the compiler. */
const WARM_UP = 3000;
const BAR_ms = 1;
const PAUSE_us = 20_000;
const PART = 0x1000;

const IDENTITY: Identity = {
  ...{ vendor: "bms-mini", product: "bms-mini", model: "BMS Mini 2.1", url: "https://example.org" },
  ...{ hardware: [2, 1], firmware: [1, 2, 3], address: [10, 0, 0, 7], netmask: [255, 0, 0, 0], gateway: [10, 0, 0, 1] },
};

type Master = { readonly line: ReturnType<typeof createSerialLine>; readonly context: Context; now_us: number };

/** The slowest part of the map decides: 99 of 100 of its answers were ready after so long. */
export function benchAnswers(): Figure[] {
  const master = createMaster();
  const parts = wholeReads(master);
  const taken_ms = parts.map(() => [] as number[]);
  for (let i = 0; i < WARM_UP + REQUESTS; i++) {
    const part = i % parts.length;
    const reads = parts[part]!;
    const { time_ms } = answerTo(master, reads[Math.floor(i / parts.length) % reads.length]!);
    if (i >= WARM_UP) taken_ms[part]!.push(time_ms);
  }
  const slowest_ms = Math.max(...taken_ms.map(p99));
  return [atMost("modbus.rtu.answer.p99", slowest_ms, "ms", BAR_ms)];
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(0.99 * (sorted.length - 1))]!;
}

function createMaster(): Master {
  const bms = createBms(createSettings());
  const reader = createImageReader(bms);
  const image = new Float64Array(IMAGE_SIZE);
  const journal = createVendorJournal();
  const counters = { serial: createCounters(), tcp: createCounters() };
  const show: Context["show"] = () => {
    copyImage(reader, image);
    return { image, settings: bms.settings, journal, identity: IDENTITY };
  };
  const settings = {
    ...({ baud: 9600, parity: "none", stopBits: 1 } as const),
    ...{ unit: UNIT, responseDelay_us: 0, silence_us: 0, isStrict: false, isInstant: true },
  };
  return {
    line: createSerialLine(settings),
    context: { state: createServerState(), counters, show },
    now_us: 1_000_000,
  };
}

/** Sends a request and lets silence end it; the answer, and how long it took from there. */
function answerTo(master: Master, frame: Uint8Array): { step: LineStep; time_ms: number } {
  const { line, context } = master;
  master.now_us += PAUSE_us;
  takeBytes(line, context, frame, master.now_us);
  master.now_us = nextWake_us(line)!;
  const began_ms = performance.now();
  const step = wake(line, context, master.now_us);
  return { step, time_ms: performance.now() - began_ms };
}

/** Requests for 125 registers that all exist, wherever a register begins, one list for each part of the map. */
function wholeReads(master: Master): Uint8Array[][] {
  const parts = new Map<number, Uint8Array[]>();
  for (const { table, address } of [...INPUT_REGISTERS, ...HOLDING_REGISTERS]) {
    const code = table === "input" ? 4 : 3;
    const frame = rtuFrame(UNIT, Uint8Array.of(code, address >> 8, address & 0xff, 0, REGISTERS));
    const { send } = answerTo(master, frame).step;
    if (send === undefined || (send[1]! & 0x80) !== 0) continue;
    const part = code * 0x1_0000 + Math.floor(address / PART);
    parts.set(part, [...(parts.get(part) ?? []), frame]);
  }
  return [...parts.values()];
}
