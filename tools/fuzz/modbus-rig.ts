// A Modbus server in this process, without any port: a real core, shown as the device shows it, with requests taken by the
// next tick; on a serial line or a connection whose clock the test holds.

import { type Bms, createBms, step } from "../../src/core/bms.ts";
import { createSensors } from "../../src/core/sensors.ts";
import { copyImage, createImageReader } from "../../src/core/signal-image.ts";
import { createVendorJournal } from "../../src/log/vendor-journal.ts";
import { createCounters } from "../../src/modbus/counters.ts";
import { rtuFrame } from "../../src/modbus/framing.ts";
import {
  createSerialLine,
  type LineSettings,
  type LineStep,
  nextWake_us,
  type SerialLine,
  takeBytes,
  takeOutcome,
  wake,
} from "../../src/modbus/serial-line.ts";
import type { Context } from "../../src/modbus/server.ts";
import { createServerState } from "../../src/modbus/server-state.ts";
import type { Asking, LoginOutcome, Outcome } from "../../src/model/asking.ts";
import { createSettings, type Settings } from "../../src/model/settings.ts";
import type { ErrorRing, Identity, Shown } from "../../src/model/shown.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../../src/model/signal-image.ts";

export const IDENTITY: Identity = {
  ...{ vendor: "bms-mini", product: "bms-mini", model: "BMS Mini 2.1", url: "https://example.org" },
  ...{ hardware: [2, 1], firmware: [3, 4, 5], address: [10, 0, 0, 7], netmask: [255, 0, 0, 0], gateway: [10, 0, 0, 1] },
};

export type Rig = {
  readonly bms: Bms;
  readonly context: Context;
  readonly image: Float64Array;
  /** Signals that a test holds at a value, whatever the core says. */
  readonly held: Map<number, number>;
  ring: ErrorRing;
  readonly line: SerialLine;
  now_us: number;
  /** Everything that was asked of the device. */
  readonly asked: Asking[];
  /** What a password check answers; undefined: it has not answered yet. */
  login: LoginOutcome | undefined;
  /** Whether the device takes orders. */
  isBusy: boolean;
};

const LINE: LineSettings = {
  ...{
    baud: 9600,
    parity: "none",
    stopBits: 1,
    unit: 32,
    responseDelay_us: 0,
    silence_us: 0,
    isStrict: false,
    isInstant: false,
  },
};

/** @param changes settings to be changed, by group */
export function createRig(change: (settings: Settings) => void = () => {}, line: Partial<LineSettings> = {}): Rig {
  const settings = createSettings();
  change(settings);
  const bms = createBms(settings);
  const image = new Float64Array(IMAGE_SIZE);
  const held = new Map<number, number>();
  const counters = { serial: createCounters(), tcp: createCounters() };
  const rig: Rig = {
    ...{ bms, image, held, ring: createVendorJournal(), now_us: 1_000_000, asked: [], login: "granted", isBusy: false },
    context: { state: createServerState(), counters, show: () => shown(rig) },
    line: createSerialLine({ ...LINE, ...line }, counters.serial),
  };
  return rig;
}

function shown(rig: Rig): Shown {
  copyImage(createImageReader(rig.bms), rig.image);
  for (const [at, value] of rig.held) rig.image[at] = value;
  return { image: rig.image, settings: rig.bms.settings, journal: rig.ring, identity: IDENTITY };
}

/** Holds a signal at a value. */
export function hold(rig: Rig, name: string, value: number, element = 0): void {
  rig.held.set(IMAGE_PLACES.get(name)!.at + element, value);
}

/** Lets the line have what the device answers, until it wants nothing more; what it has sent. */
export function carryOut(rig: Rig, step: LineStep): Uint8Array[] {
  const sent = step.send === undefined ? [] : [step.send];
  if (step.asked?.kind === "login") return [...sent, ...carryLogin(rig)];
  return step.asked === undefined ? sent : [...sent, ...carryOrder(rig, step.asked.asks)];
}

function carryLogin(rig: Rig): Uint8Array[] {
  return rig.login === undefined ? [] : carryOutcome(rig, { kind: "login", login: rig.login });
}

function carryOrder(rig: Rig, asks: readonly Asking[]): Uint8Array[] {
  if (rig.isBusy) return carryOutcome(rig, { kind: "busy" });
  rig.asked.push(...asks);
  step(rig.bms, createSensors(), asks, 10_000);
  return carryOutcome(rig, { kind: "answers", answers: rig.bms.answers });
}

const carryOutcome = (rig: Rig, outcome: Outcome): Uint8Array[] =>
  carryOut(rig, takeOutcome(rig.line, rig.context, outcome, rig.now_us));

/** Bytes to the line and time passing until nothing is due any more; what came back. */
export function send(rig: Rig, bytes: Uint8Array, pause_us = 0): Uint8Array[] {
  rig.now_us += pause_us;
  const sent = carryOut(rig, takeBytes(rig.line, rig.context, bytes, rig.now_us));
  return [...sent, ...settle(rig)];
}

export function settle(rig: Rig): Uint8Array[] {
  const sent: Uint8Array[] = [];
  for (let next_us = nextWake_us(rig.line); next_us !== undefined; next_us = nextWake_us(rig.line)) {
    rig.now_us = Math.max(rig.now_us, next_us);
    sent.push(...carryOut(rig, wake(rig.line, rig.context, rig.now_us)));
  }
  return sent;
}

/** A request to this server (or another unit) and the answer's PDU; undefined: none. */
export function request(
  rig: Rig,
  pdu: readonly number[] | Uint8Array,
  unit = rig.line.settings.unit,
): Uint8Array | undefined {
  const [answer] = send(rig, rtuFrame(unit, Uint8Array.from(pdu)), 100_000);
  return answer?.slice(1, -2);
}

const words = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length >> 1 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);

/** Registers read, or the exception as a negative number. */
export function read(rig: Rig, code: 3 | 4, address: number, count: number): number[] | number {
  const pdu = request(rig, [code, address >> 8, address & 0xff, 0, count])!;
  return pdu[0] === code ? words(pdu.slice(2)) : -pdu[1]!;
}

/** Registers written; 0, or the exception. */
export function write(rig: Rig, address: number, values: readonly number[]): number {
  const bytes = values.flatMap((value) => [value >> 8, value & 0xff]);
  const pdu = request(rig, [16, address >> 8, address & 0xff, 0, values.length, bytes.length, ...bytes])!;
  return pdu[0] === 16 ? 0 : pdu[1]!;
}
