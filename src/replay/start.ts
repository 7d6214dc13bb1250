// The whole device at an instant, from which recorded inputs go on: settings, state, what the inputs build upon, and who
// wrote it. In a recording one stands at its beginning, after each sleep, and now and then as a check and to begin there.
//
// Bytes: "BMSR"; format u8; CRC-32 of all after it, u32; length of the head, u32; head as JSON; count of the memory's numbers,
// u32; the numbers (input-memory.ts), f64; to the end the state (core/saved-state.ts). Words begin with the lowest byte.
// Settings: those that differ from the ones a device is made with, by dotted name, so that a program that has got more
// settings since reads it as before.

import { crc32 } from "../base/crc.ts";
import { type Bms, createBms } from "../core/bms.ts";
import { SCHEMA_VERSION } from "../core/migrations.ts";
import { restoreState, saveState } from "../core/saved-state.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import {
  createSettings,
  getSetting,
  putSetting,
  SETTING_BY_NAME,
  SETTING_LIST,
  type Settings,
  type SettingValue,
} from "../model/settings.ts";
import { createInputMemory, type InputMemory, memoryNumbers, takeMemory } from "./input-memory.ts";

export type StartExtras = {
  /** Name and version of the program that writes it. */
  readonly program: string;
  /** What the inputs go on from; without it, from a board that has measured nothing yet. */
  readonly memory?: InputMemory;
};

export type Start = {
  readonly program: string;
  readonly schema: number;
  /** Time since the device's start. */
  readonly time_us: number;
  /** By dotted name; only what differs from createSettings(). */
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly state: Uint8Array;
  readonly memory: InputMemory;
};

type Head = {
  readonly program: string;
  readonly schema: number;
  readonly time_us: number;
  readonly settings: Readonly<Record<string, SettingValue>>;
};

const MAGIC = 0x52534d42; // "BMSR"
const FORMAT = 1;
const HEAD = 13;

/** The device as it stands between two ticks. */
export function packStart(bms: Bms, extras: StartExtras): Uint8Array {
  const head: Head = {
    program: extras.program,
    schema: SCHEMA_VERSION,
    time_us: bms.time_us,
    settings: changesOf(bms.settings),
  };
  const text = ascii(JSON.stringify(head));
  const numbers = memoryNumbers({ ...(extras.memory ?? createInputMemory()), time_us: bms.time_us });
  const state = saveState(bms);
  const bytes = new Uint8Array(HEAD + text.length + 4 + numbers.length * 8 + state.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, FORMAT);
  view.setUint32(9, text.length, true);
  for (let i = 0; i < text.length; i++) bytes[HEAD + i] = text.charCodeAt(i);
  let at = HEAD + text.length;
  view.setUint32(at, numbers.length, true);
  at += 4;
  for (let i = 0; i < numbers.length; i++, at += 8) view.setFloat64(at, numbers[i], true);
  bytes.set(state, at);
  view.setUint32(5, crc32(bytes.subarray(9)), true);
  return bytes;
}

const ascii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Which settings differ from those a device is made with. Secrets stay at home: the core does not need them. */
function changesOf(settings: Settings): Record<string, SettingValue> {
  const made = createSettings();
  const changes: Record<string, SettingValue> = {};
  for (const { name } of SETTING_LIST) {
    if (SECRET_SETTINGS.includes(name)) continue;
    const value = getSetting(settings, name)!;
    if (JSON.stringify(value) !== JSON.stringify(getSetting(made, name))) changes[name] = value;
  }
  return changes;
}

export type UnpackedStart =
  | { readonly ok: true; readonly start: Start }
  | { readonly ok: false; readonly reason: string };
const refuse = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** Reads a start; a damaged, foreign or newer one is refused with the reason. */
export function unpackStart(bytes: Uint8Array): UnpackedStart {
  if (bytes.length < HEAD) return refuse("the start of the recording is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return refuse("this is not the start of a recording");
  if (view.getUint8(4) !== FORMAT)
    return refuse(`the recording has format ${view.getUint8(4)}, this program reads ${FORMAT}`);
  if (view.getUint32(5, true) !== crc32(bytes.subarray(9)))
    return refuse("the start of the recording is damaged: its checksum differs");
  return readParts(bytes, view);
}

function readParts(bytes: Uint8Array, view: DataView): UnpackedStart {
  const end = HEAD + view.getUint32(9, true);
  if (end + 4 > bytes.length) return refuse("the start of the recording is cut off");
  const head = headOf(bytes.subarray(HEAD, end));
  if (head === undefined) return refuse("the start of the recording is damaged: its head makes no sense");
  if (head.schema > SCHEMA_VERSION)
    return refuse(
      `the recording is from a newer program (state version ${head.schema}, this one reads up to ${SCHEMA_VERSION})`,
    );
  const count = view.getUint32(end, true);
  const at = end + 4 + count * 8;
  if (at > bytes.length) return refuse("the start of the recording is cut off");
  const memory = createInputMemory();
  const numbers = Float64Array.from({ length: count }, (_, i) => view.getFloat64(end + 4 + i * 8, true));
  if (!takeMemory(memory, numbers)) return refuse("the recording has other columns of sensors than this program");
  return { ok: true, start: { ...head, state: bytes.slice(at), memory } };
}

function headOf(bytes: Uint8Array): Head | undefined {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  try {
    const head = JSON.parse(text) as Head;
    const known =
      typeof head.schema === "number" && typeof head.time_us === "number" && typeof head.settings === "object";
    return known && head.settings !== null ? head : undefined;
  } catch {
    return undefined;
  }
}

export type Started = { readonly ok: true; readonly bms: Bms } | { readonly ok: false; readonly reason: string };

/**
 * A device ready to go on where the start was taken.
 * @param settings others than those it had; they must be valid
 */
export function startBms(start: Start, settings?: Settings): Started {
  const read = settings === undefined ? settingsOf(start) : { ok: true as const, settings };
  if (!read.ok) return read;
  const bms = createBms(read.settings);
  const restored = restoreState(bms, start.state);
  return restored.ok ? { ok: true, bms } : refuse(restored.reason);
}

type StartSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly reason: string };

/** The settings the device had. One this program does not know makes the recording unusable: it may have mattered. */
export function settingsOf(start: Start): StartSettings {
  const settings = createSettings();
  for (const [name, value] of Object.entries(start.settings)) {
    if (!SETTING_BY_NAME.has(name))
      return refuse(`this program has no setting ${name}, which the recorded device had changed`);
    putSetting(settings, name, value);
  }
  return { ok: true, settings };
}
