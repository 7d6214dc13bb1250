// Every setting: a group is a record, a protection too. What is written is staged (commit.ts applies it), and reads back as it will be. A
// value out of its own range is refused at once; what belongs together is judged with the commit.

import { mayService } from "../model/access.ts";
import type { FaultName } from "../model/faults.ts";
import { FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { getSetting, type NamedSetting, SETTING_LIST, type SettingValue } from "../model/settings.ts";
import { type Application, stage } from "./application.ts";
import { type DictionaryObject, DONE, type Entry, type WriteResult } from "./object.ts";
import { type Cell, placed, record } from "./object-shapes.ts";
import { refuse, rulesOf } from "./orders.ts";
import { fieldOf, PROTECTIONS, SETTING_INDEXES } from "./setting-indexes.ts";
import { settingBytes, settingOf, settingShape, whyNot } from "./setting-values.ts";

/** Index and sub-index of a setting. */
export function settingPlace(name: string): readonly [index: number, subIndex: number] {
  const [group, fault, field] = name.split(".");
  if (group === "protections") return [PROTECTIONS + FAULT_NUMBERS[fault as FaultName], fieldOf(field)];
  const place = SETTING_INDEXES[name as keyof typeof SETTING_INDEXES];
  return [place >>> 8, place & 0xff];
}

/** The owner's settings are never written over a bus; a password is never told. */
function accessOf({ name, group }: NamedSetting): Entry["access"] {
  if (group.access === "owner") return "ro";
  return SECRET_SETTINGS.includes(name) ? "wo" : "rw";
}

const inForce = ({ show }: Application, name: string): SettingValue => getSetting(show().settings, name)!;

function cellOf(application: Application, setting: NamedSetting): Cell {
  const { name, row } = setting;
  const access = accessOf(setting);
  const unit = "unit" in row ? row.unit : "none";
  const entry: Entry = { name, access, unit, help: row.help, ...settingShape(row) };
  const read = (): Uint8Array => settingBytes(row, application.session.staged.get(name) ?? inForce(application, name));
  return access === "ro" ? { entry, read } : { entry, read, write: (data) => write(application, setting, data) };
}

function write(application: Application, { name, row }: NamedSetting, data: Uint8Array): WriteResult {
  const { session, now_us } = application;
  if (!mayService(rulesOf(application), session, now_us)) return refuse(application, 4);
  const decoded = settingOf(row, data);
  if (typeof decoded === "number") {
    const why = whyNot(row, data);
    session.result = { code: 2, violations: [{ setting: name, reason: 2, text: why }], text: `${name} ${why}` };
    return decoded;
  }
  if (isSame(settingBytes(row, inForce(application, name)), settingBytes(row, decoded.value)))
    session.staged.delete(name);
  else stage(application, name, decoded.value);
  return DONE;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

/** One object for each group, named like it: "battery", "protections.overvoltage". */
export function settingObjects(application: Application): readonly DictionaryObject[] {
  const groups = new Map<number, { name: string; cells: [number, Cell][] }>();
  for (const setting of SETTING_LIST) {
    const [index, subIndex] = settingPlace(setting.name);
    const name = setting.name.slice(0, setting.name.lastIndexOf("."));
    const group = groups.get(index) ?? { name, cells: [] };
    group.cells.push([subIndex, cellOf(application, setting)]);
    groups.set(index, group);
  }
  return [...groups].map(([index, { name, cells }]) => record(index, name, placed(cells)));
}
