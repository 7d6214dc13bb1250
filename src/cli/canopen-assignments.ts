// What is to be written over CANopen, from "name=value": settings by their rows, input signals to be driven, commands by name, any
// other object of ours, and typed values of a foreign device.

import { textBytes } from "../canopen/data-types.ts";
import { addressOf } from "../canopen/names.ts";
import type { Entry } from "../canopen/object.ts";
import { settingOf } from "../canopen/setting-values.ts";
import { parseValue } from "../canopen/value-text.ts";
import { COMMAND_CODES } from "../model/frozen-numbers.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { SETTING_BY_NAME } from "../model/settings.ts";
import { judgeValue } from "../model/values.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { foreignEntry, ownNames, TYPE_WORDS, typeOf } from "./canopen-items.ts";
import { UsageError } from "./usage-error.ts";

export type CanopenAssignment = {
  /** Settings are staged and applied together; our device gives reasons of its own for all but foreign values. */
  readonly kind: "setting" | "own" | "foreign";
  readonly label: string;
  readonly index: number;
  readonly subIndex: number;
  readonly data: Uint8Array;
};

export const ASSIGNMENT_HELP = `
NAME=VALUE writes a setting (battery.cells=15; several are applied together or not at all), drives an input signal
(inhibitCharging=on, off or physical), gives a command (command=restart) or writes another object (1017=500).
A curve or table is JSON: 'chargeMap.voltageFactor={"x":[3.4,3.6],"y":[1,0]}'. INDEX:SUB=TYPE:VALUE writes to any device,
whatever ours has there: 0x2000:1=u16:5. Types are ${TYPE_WORDS}.`;

/** Throws UsageError for what cannot be written. */
export function assignmentOf(text: string): CanopenAssignment {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === "") throw new UsageError(`"${text}" is no NAME=VALUE`);
  const foreign = foreignOf(name, value);
  if (foreign !== undefined) return foreign;
  if (SETTING_BY_NAME.has(name)) return settingAssignment(name, value);
  if (Object.hasOwn(INPUT_SIGNALS, name)) return overrideOf(name, value);
  return name === "command" ? commandOf(value) : ownOf(name, value);
}

/** "0x2000:1=u16:5". */
function foreignOf(name: string, text: string): CanopenAssignment | undefined {
  const [, word = "", value = ""] = /^([a-z]\w*):(.*)$/is.exec(text) ?? [];
  const address = addressOf(name);
  const type = typeOf(word);
  if (address === undefined || type === undefined) return undefined;
  const data = type === "visibleString" ? textBytes(value) : bytesOf(name, foreignEntry(name, type), value);
  return { kind: "foreign", label: name, index: address.index, subIndex: address.subIndex ?? 0, data };
}

function bytesOf(name: string, entry: Entry, value: string): Uint8Array {
  const parsed = parseValue(entry, value);
  if ("wrong" in parsed) throw new UsageError(`${name}: "${value}" ${parsed.wrong}`);
  return parsed.data;
}

function settingAssignment(name: string, value: string): CanopenAssignment {
  const { row, group } = SETTING_BY_NAME.get(name)!;
  if (group.access === "owner")
    throw new UsageError(`${name} is the owner's and cannot be written over CAN; give it with bms run --settings`);
  const assignment = ownOf(name, value);
  const decoded = settingOf(row, assignment.data);
  if (typeof decoded === "number") throw new UsageError(`${name}: "${value}" is no value of it`);
  const reason = judgeValue(row, decoded.value);
  if (reason !== undefined) throw new UsageError(`${name} ${reason}`);
  return { ...assignment, kind: "setting" };
}

const OVERRIDE_WORDS: Readonly<Record<string, string>> = { off: "0", on: "1", physical: "2" };

function overrideOf(name: string, value: string): CanopenAssignment {
  const number = OVERRIDE_WORDS[value] ?? value;
  if (!/^[012]$/.test(number)) throw new UsageError(`${name} can be on, off or physical, not "${value}"`);
  return { ...ownOf(`vendor.override.${name}`, number), label: name };
}

/** "restart", or "learnCell 3" with a cell. */
function commandOf(value: string): CanopenAssignment {
  const [command = "", argument = "0"] = value.split(" ");
  if (!(COMMAND_CODES as readonly string[]).includes(command))
    throw new UsageError(`there is no command "${command}"${suggestion(command, COMMAND_CODES)}`);
  return { ...ownOf(`command.${command}`, argument), label: `command ${value}` };
}

function ownOf(name: string, value: string): CanopenAssignment {
  const names = ownNames();
  const places = names.find(name);
  const [place] = places;
  if (place === undefined)
    throw new UsageError(`there is no object "${name}"${suggestion(name, [...names.all.keys()])}`);
  if (places.length > 1)
    throw new UsageError(`${name} has ${places.length} values: name one of them, as ${places[0]!.entry?.name}`);
  const { index, subIndex, entry } = place;
  if (entry === undefined) throw new UsageError(`${name}: say the type, as ${name}=u16:5; types are ${TYPE_WORDS}`);
  if (entry.access === "ro" || entry.access === "const") throw new UsageError(`${name} can only be read`);
  return { kind: "own", label: name, index, subIndex, data: bytesOf(name, entry, value) };
}
