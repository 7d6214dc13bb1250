// What is to be written, from "name=value": settings by their rows, input signals to be driven, commands by name, and plain
// registers and coils.

import type { Item } from "../modbus/item-text.ts";
import { encodeSetting, settingAddress, settingWords, TABLE } from "../modbus/setting-registers.ts";
import { OVERRIDES } from "../modbus/vendor-registers.ts";
import { putNumber, putText, type WireType } from "../modbus/words.ts";
import { COMMAND_CODES } from "../model/frozen-numbers.ts";
import { INPUT_SIGNALS, type InputSignalName } from "../model/input-signals.ts";
import type { SettingRow } from "../model/rows.ts";
import { SETTING_BY_NAME, type SettingValue } from "../model/settings.ts";
import { judgeValue } from "../model/values.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { itemOf } from "./modbus-items.ts";
import { wholeNumber } from "./modbus-target.ts";
import { UsageError } from "./usage-error.ts";

export type Assignment =
  | {
      readonly kind: "setting" | "registers";
      readonly label: string;
      readonly address: number;
      readonly words: readonly number[];
    }
  | { readonly kind: "coil"; readonly label: string; readonly address: number; readonly value: boolean };

export const ASSIGNMENT_HELP = `
NAME=VALUE writes a setting (battery.cells=15; several are applied together or not at all), drives an input signal
(inhibitCharging=on, off or physical), gives a command (command=restart) or writes a register (h:0x5103=1, c:3=1).
A curve or table is JSON: 'chargeMap.voltageFactor={"x":[3.4,3.6],"y":[1,0]}'.`;

/** Throws UsageError for what cannot be written. */
export function assignmentOf(text: string, isLowFirst: boolean): Assignment {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === "") throw new UsageError(`"${text}" is no NAME=VALUE`);
  const setting = SETTING_BY_NAME.get(name);
  if (setting?.group.access === "owner")
    throw new UsageError(`${name} is the owner's and cannot be written over Modbus; give it with bms run --settings`);
  if (setting !== undefined) return settingOf(name, setting.row, value, isLowFirst);
  if (Object.hasOwn(INPUT_SIGNALS, name)) return overrideOf(name as InputSignalName, value);
  if (name === "command") return commandOf(value);
  return plainOf(name, value, isLowFirst);
}

function settingOf(label: string, row: SettingRow, text: string, isLowFirst: boolean): Assignment {
  const value = settingValue(label, row, text);
  const reason = judgeValue(row, value);
  if (reason !== undefined) throw new UsageError(`${label} ${reason}`);
  const words = new Uint16Array(TABLE.words);
  encodeSetting(row, value, words, isLowFirst);
  return { kind: "setting", label, address: settingAddress(label), words: [...words.subarray(0, settingWords(row))] };
}

function settingValue(label: string, row: SettingRow, text: string): SettingValue {
  switch (row.kind) {
    case "number":
    case "integer":
      return text.trim() === "" ? Number.NaN : Number(text);
    case "flag":
      return text === "true" || text === "on" || text === "1"
        ? true
        : text === "false" || text === "off" || text === "0"
          ? false
          : text;
    case "choice":
    case "text":
      return text;
    case "curve":
    case "grid":
      return parsed(label, text);
  }
}

function parsed(label: string, text: string): SettingValue {
  try {
    return JSON.parse(text) as SettingValue;
  } catch {
    throw new UsageError(`${label} must be JSON, as {"x": [...], "y": [...]}`);
  }
}

const OVERRIDE_WORDS: Readonly<Record<string, number>> = { ...{ off: 0, on: 1, physical: 2, "0": 0, "1": 1, "2": 2 } };

function overrideOf(label: InputSignalName, text: string): Assignment {
  const word = OVERRIDE_WORDS[text];
  if (word === undefined) throw new UsageError(`${label} can be on, off or physical, not "${text}"`);
  return { kind: "registers", label, address: OVERRIDES + INPUT_SIGNALS[label].number, words: [word] };
}

function commandOf(text: string): Assignment {
  const [name = "", cell = "0"] = text.split(" ");
  const code = (COMMAND_CODES as readonly string[]).indexOf(name) + 1;
  if (code === 0) throw new UsageError(`there is no command "${name}"${suggestion(name, COMMAND_CODES)}`);
  const { address } = itemOf("session.commandArgument");
  const words = [wholeNumber("the cell of a command", cell, 0, 18), code];
  return { kind: "registers", label: `command ${text}`, address, words };
}

const COIL_VALUES: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  "1": true,
  off: false,
  false: false,
  "0": false,
};

function plainOf(name: string, text: string, isLowFirst: boolean): Assignment {
  const item = itemOf(name);
  const { table, label, address } = item;
  if (table === "input" || table === "discrete") throw new UsageError(`${label} can only be read`);
  if (table === "holding") return { kind: "registers", label, address, words: wordsOf(item, text, isLowFirst) };
  const value = COIL_VALUES[text];
  if (value === undefined) throw new UsageError(`${label} can be on or off, not "${text}"`);
  return { kind: "coil", label, address, value };
}

/** Whole numbers and what a type can hold; a real number may be anything. */
const RANGES: Readonly<Partial<Record<WireType, readonly [number, number]>>> = {
  ...{ U16: [0, 0xffff], BITS16: [0, 0xffff], S16: [-0x8000, 0x7fff] },
  ...{ U32: [0, 0xffff_ffff], BITS32: [0, 0xffff_ffff], S32: [-0x8000_0000, 0x7fff_ffff] },
};

function wordsOf({ type, words, count, label, named }: Item, text: string, isLowFirst: boolean): number[] {
  if (count > 1)
    throw new UsageError(`${label} has ${count} values: name one of them, ${label}[1] to ${label}[${count}]`);
  const out = new Uint16Array(Math.max(words, 2));
  if (type === "TEXT") {
    if (Buffer.byteLength(text) > 2 * words) throw new UsageError(`${label} takes ${2 * words} bytes at most`);
    putText(out, 0, words, text);
  } else {
    const value = numberOf(label, text) / (named?.register.scale ?? 1);
    checkRange(label, type, value);
    putNumber(out, 0, type, value, isLowFirst && named?.register.map !== "sunspec");
  }
  return [...out.subarray(0, words)];
}

function checkRange(label: string, type: WireType, value: number): void {
  const range = RANGES[type];
  if (range === undefined) return;
  const [least, most] = range;
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`${label} must be a whole number from ${least} to ${most}, not ${value}`);
}

function numberOf(label: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new UsageError(`${label} must be a number, not "${text}"`);
  return value;
}
