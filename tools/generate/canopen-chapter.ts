// docs/canopen.md: the node and its object dictionary for people, from the tables of src/canopen.

import { ABORT, type AbortName, abortText } from "../../src/canopen/abort-codes.ts";
import { DATA_TYPES } from "../../src/canopen/data-types.ts";
import type { DictionaryObject, Entry } from "../../src/canopen/object.ts";
import { type PdoDefault, receivePdos, transmitPdos } from "../../src/canopen/pdo-defaults.ts";
import { deliveredNode } from "../../src/device/delivered-node.ts";
import { SETTING_BY_NAME } from "../../src/model/settings.ts";
import { SIGNALS } from "../../src/model/signals.ts";
import { groupBy, HEADER, table } from "./markdown.ts";

const DICTIONARY = deliveredNode().dictionary;
const OBJECTS = [...DICTIONARY.values()].sort((a, b) => a.index - b.index);

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");
const silent: ReadonlySet<string> = new Set(["none", "count"]);
const unitWord = ({ unit = "" }: Entry): string => (silent.has(unit) ? "" : unit);
const typeWord = ({ type, maxLength }: Entry): string => {
  const word = type.replace(
    /^(u|i)(\d+)$/,
    (_, sign: string, bits: string) => `${sign === "u" ? "UNSIGNED" : "INTEGER"}${bits}`,
  );
  const named =
    { visibleString: "VISIBLE_STRING", real32: "REAL32", domain: "DOMAIN", boolean: "BOOLEAN" }[word] ?? word;
  return maxLength === undefined ? named : `${named} (${maxLength})`;
};

const PDO_WORDS = { transmit: "T", receive: "R", both: "T, R" } as const;
const wordsOf = ({ words }: Entry): string =>
  words === undefined || words.join() === "no,yes" ? "" : ` ${words.map((word, i) => `${i}: ${word}`).join(", ")}.`;
const limits = ({ low, high, type, words }: Entry): string => {
  if (words !== undefined || type === "boolean" || low === undefined || high === undefined) return "";
  return `${Number(low.toPrecision(7))} … ${Number(high.toPrecision(7))}`;
};

type Row = { readonly object: DictionaryObject; readonly subIndex: number; readonly entry: Entry };

const isPlain = ({ kind }: DictionaryObject): boolean => kind === "variable" || kind === "domain";

/** One row for each entry; an array is one row, because its elements are alike. */
function rowsOf(object: DictionaryObject): Row[] {
  const rows = object.entries.flatMap((entry, subIndex): Row[] =>
    entry === undefined ? [] : [{ object, subIndex, entry }],
  );
  if (isPlain(object)) return rows;
  return object.kind === "array" && new Set(rows.slice(1).map(({ entry }) => entry.help)).size <= 1
    ? rows.slice(1, 2)
    : rows.slice(1);
}

function placeOf({ object, subIndex }: Row): string {
  const index = hex(object.index, 4);
  if (isPlain(object)) return index;
  const isWhole = rowsOf(object).length === 1 && object.entries.length > 2;
  return isWhole ? `${index}:01–${hex(object.entries.length - 1, 2)}` : `${index}:${hex(subIndex, 2)}`;
}

const nameOf = (row: Row): string => (placeOf(row).includes("–") ? row.object.name : row.entry.name);

const rowText = (row: Row): string[] => {
  const { entry } = row;
  const facts = [entry.help ?? "", wordsOf(entry)].join("");
  return [
    ...[placeOf(row), `\`${nameOf(row)}\``, typeWord(entry), unitWord(entry), entry.access],
    entry.mapping === undefined ? "" : PDO_WORDS[entry.mapping],
    ...[limits(entry), facts],
  ];
};
const HEAD = ["Index", "Name", "Type", "Unit", "Access", "PDO", "Range", "Meaning"];
const tableOf = (rows: readonly Row[]): string => table(HEAD, rows.map(rowText));

const between = (first: number, last: number): Row[] =>
  OBJECTS.filter(({ index }) => index >= first && index <= last).flatMap(rowsOf);

const sections = (rows: readonly Row[], key: (row: Row) => string): string =>
  groupBy(rows, key)
    .map(([title, each]) => `#### ${title}\n\n${tableOf(each)}`)
    .join("\n\n");

const signalGroup = ({ object, entry }: Row): string => SIGNALS[object.name]?.group ?? SIGNALS[entry.name]?.group ?? "";
const settingGroup = ({ entry }: Row): string => SETTING_BY_NAME.get(entry.name)?.group.menu ?? "";

/** Objects a PDO carries, by their names. */
const carried = ({ mapping }: PdoDefault): string =>
  mapping
    .map((each) => {
      const entry = DICTIONARY.get(each >>> 16)?.entries[(each >>> 8) & 0xff];
      return `${entry?.name ?? "?"} (${each & 0xff})`;
    })
    .join(", ");

const SETS = ["vendor", "cia418", "both"] as const;

function pdoTable(way: typeof transmitPdos, letter: "T" | "R"): string {
  const rows = SETS.flatMap((set) =>
    way(set).map((pdo, i): readonly [string, string[]] => {
      const number = i + 1;
      const sets = SETS.filter((other) => way(other)[i]?.title === pdo.title);
      const valid = sets.filter((other) => way(other)[i]?.base !== undefined);
      const from = valid.length === 0 ? "" : valid.join(", ");
      return [
        `${number} ${pdo.title}`,
        [`${letter}PDO${number}`, `${hex(pdo.suggested, 3)} + id`, from, String(pdo.type), pdo.title, carried(pdo)],
      ];
    }),
  );
  const unique = [...new Map(rows).entries()].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return table(
    ["PDO", "COB-ID", "Valid with", "Type", "Title", "Objects (bits)"],
    unique.map(([, row]) => row),
  );
}

const USES: Readonly<Partial<Record<AbortName, string>>> = {
  localControl: "not logged in, or this client may not control",
  incompatible: "settings that conflict with each other: a commit that changed nothing",
  deviceState: "a contactor is closed, the device refuses the command, or wrong passwords have to be waited for",
  value: "a value that is none: not a number, a word there is not, a wrong password, text that is no UTF-8",
  noData: "nothing was staged, or no such log file",
  store: "the device takes no more orders now, or a password cannot be checked: try again",
  tooHigh: "a number over its limit",
  tooLow: "a number under its limit",
  readOnly: "what only tells, and settings of the owner",
  writeOnly: "orders and passwords",
  internal: "a setting there is not",
  hardware: "the log directory cannot be read, or nothing could be stored",
};

const aborts = (): string =>
  table(
    ["Code", "Standard's words", "Here it means"],
    Object.entries(USES).map(([name, use]) => {
      const code = hex(ABORT[name as AbortName], 8);
      return [`${code.slice(0, 4)} ${code.slice(4)}`, abortText(ABORT[name as AbortName]), use];
    }),
  );

const codes = (): string =>
  Object.entries(DATA_TYPES)
    .map(([name, { code }]) => `${name} ${hex(code, 4)}`)
    .join(", ");

export const canopenChapter = (): string => `${HEADER}
# CANopen

The device is a CANopen node (CiA 301): node-ID 32 and 250 kbit/s unless the settings \`can.*\` say otherwise. It is a battery module after CiA
418 for chargers, answers at the vendor's objects bit for bit, and shows every signal, setting, command and log file as an object. The same
dictionary as a file for configuration tools: [bms-mini.eds](bms-mini.eds); the node carries it in 1021h. Its PDOs for loggers and
displays, with \`canopen.pdoSet\` both and node-ID 32: [bms-mini.dbc](bms-mini.dbc). The [USB console](console.md) reads and writes the same objects by name.

    bms canopen scan                                      # who is on the bus of the device that runs on this machine
    bms canopen read soc cells_V 1018 --can socketcan:can0      # any adapter; any node, with --node
    bms canopen write --login battery.cells=15 protections.overvoltage.limit_V=3.7
    bms canopen lss set-node 40 --node 32 --store --login       # then: bms canopen nmt reset-comm
    bms canopen eds -o device.eds
    bms canopen conformance                               # the SDO server against CiA 301, row by row

## Rules

- **Bytes** go low byte first. Types and their codes: ${codes()}. Texts are UTF-8, which is the same for ASCII.
- **Not known.** What is not believed reads as not a number; as an integer it has all bits set (unsigned) or only the highest (signed): 255, 65535, -128,
  -32768. The device never gives an old value for a new one. Flags of signals are bytes: 0, 1, 255.
- **Numbering.** Cells and thermistors count from 1, as printed on the headers, and so do sub-indexes.
- **Names.** \`soc\`, \`cells_V[3]\`, \`battery.cells\`, \`vendor.errors1\`; an array or record by its own name is all it holds (the USB console takes single values), and \`vendor.*\` all names that
  begin so. An address is hexadecimal: \`4020\`, \`0x1018:4\`, \`5100:0A\`.
- **Frozen.** An index never gets another meaning; new objects go into gaps.

## Who may do what

Reading is open. Driving input signals, acknowledging errors and operator's commands are open to whoever is on the wire or on this machine
(\`canopen.controlAccess\`); nobody counts as on the wire while the bus is served to the whole network (\`canPort.listen\` is any). Settings and
service commands need the service password, set with \`bms password\` and written to \`session.login\` (5800h), unless the owner has opened them (\`canopen.settingsAccess\`). Settings of the groups \`modbus\` and \`canopen\` are never written over a bus. A login
lasts until ten minutes after the last change made with it (\`canopen.loginTime_min\`). CAN has no encryption: whoever listens hears the password.
What a charger reports over the bus (6001h, 6052h, 6080h) needs no login; at a console writing it does. With the PDOs of CiA 418 in use, one that
writes its status is a charger on the bus: online, and lost after \`equipment.chargerTimeout_ms\` of silence.

Parameters of communication (1000h to 1FFFh) are open over the bus, as masters expect: heartbeat, PDOs and their COB-IDs, and "save" in 1010h, which
keeps them over a restart. They move no contactor and no setting. Whoever finds PDOs or heartbeat other than the settings say writes "load"
to 1011h and resets the node. A console needs a login for them.

## Changing settings

Values that are written are staged and read back as they will be; a value out of its own range is refused at once. 1 written to \`session.commit\`
(5802h) applies all of it together, or nothing: the abort code tells what kind of thing was wrong first, 5811h the index and sub-index of each wrong setting
with the reason, 5812h the same in words. What was staged is forgotten with every commit, a minute after its last value, and with the login.

A **curve** or **table** is a DOMAIN: columns UNSIGNED16, rows UNSIGNED16 (0 for a curve), then the x axis, the y axis (not for a curve), and the
values row by row, all REAL32.

    620h: 23 09 30 02 0F 00 00 00    battery.cells = 15, staged (3009h:02); 5A0h: 60 09 30 02 00 00 00 00
    620h: 2F 02 58 00 01 00 00 00    commit

### Why something is refused

${aborts()}

## PDOs

The setting \`canopen.pdoSet\` says which are valid from the start; the others keep their mapping and wait for a COB-ID. All can be mapped anew.
Type 1 is sent on each SYNC, 255 when something changes: at most ten times a second, and each second.

${pdoTable(transmitPdos, "T")}

${pdoTable(receivePdos, "R")}

## The vendor's objects, and the parts of its PDOs

4000h, 4001h, 4020h and 5100h are the vendor's. What its PDOs carry beside them stands from 4F00h, an area of ours, in the vendor's scales.

${tableOf([...between(0x4000, 0x4fff), ...between(0x5100, 0x51ff)])}

## Orders and what came of them

${tableOf(between(0x5800, 0x58ff))}

## CiA 418 battery module

Vehicle, equalisation and water objects of the profile do not exist here: the device knows nothing of them.

${tableOf(between(0x6000, 0x9fff))}

## Communication

"save" in 1010h:01 or :02 keeps the parameters of communication; settings are kept as they change. "load" in 1011h:01 or :02 puts the parameters of
communication back with the next reset; settings are not restored over the bus, so that 1011h:03 and :04 read 0 and refuse. With bit 30 of 1012h the
device sends TIME each second while its clock has been set; TIME of others is not followed: the clock is the operating system's to set.

${tableOf(between(0x1000, 0x1fff))}

## Signals

${sections(between(0x2000, 0x2fff), signalGroup)}

## Settings

${sections(between(0x3000, 0x3fff), settingGroup)}
`;
