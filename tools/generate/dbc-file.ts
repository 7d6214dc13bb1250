// docs/bms-mini.dbc: the node's PDOs for CAN loggers and displays (Vector's DBC), with node-ID 32 and the set "both" of canopen.pdoSet; PDOs that
// are not valid from the start have the ids suggested for them. Words of bits are single signals with the names of their bits.

import type { DataType, NumberType } from "../../src/canopen/data-types.ts";
import { DATA_TYPES, isNumber, rangeOf } from "../../src/canopen/data-types.ts";
import { notKnown } from "../../src/canopen/known.ts";
import type { Entry } from "../../src/canopen/object.ts";
import { type PdoDefault, receivePdos, transmitPdos } from "../../src/canopen/pdo-defaults.ts";
import { deliveredNode } from "../../src/device/delivered-node.ts";
import { FAULT_NAMES, FAULT_ROWS, GENERAL_ERROR_BIT } from "../../src/model/faults.ts";
import { INPUT_SIGNALS } from "../../src/model/input-signals.ts";
import { INTERNAL_SIGNALS } from "../../src/model/internal-signals.ts";

const DICTIONARY = deliveredNode().dictionary;
const NODE_ID = 32;

type Bit = { readonly bit: number; readonly name: string; readonly help: string };

const inputs = (first: number, isPart: (number: number) => boolean): Bit[] =>
  Object.entries(INPUT_SIGNALS)
    .filter(([, { number }]) => isPart(number))
    .map(([name, { number, title }]) => ({ bit: number - first, name: `input_${name}`, help: title }));

/** One signal for a bit that several errors share: the vendor's overcurrent. */
function errors(word: 1 | 2): Bit[] {
  const bits = new Map<number, Bit>();
  for (const name of FAULT_NAMES) {
    const { vendor, title } = FAULT_ROWS[name];
    if (vendor?.word !== word || vendor.bit === undefined) continue;
    const before = bits.get(vendor.bit);
    const help = before === undefined ? title : `${before.help}; ${title}`;
    bits.set(vendor.bit, { bit: vendor.bit, name: before?.name ?? `error_${name}`, help });
  }
  return [...bits.values()];
}

const WORDS: Readonly<Record<string, readonly Bit[]>> = {
  "vendor.inputs8": inputs(0, (number) => number < 8 && number !== 5 && number !== 6),
  "vendor.inputs1": inputs(0, (number) => number < 16),
  "vendor.inputs2": inputs(16, (number) => number >= 16),
  "vendor.errors1": errors(1),
  "vendor.errors2": [...errors(2), { bit: GENERAL_ERROR_BIT, name: "error_general", help: "Any error is set" }],
  "vendor.internalSignals": Object.entries(INTERNAL_SIGNALS).map(([name, { bit, title }]) => ({
    ...{ bit, name: `signal_${name}`, help: title },
  })),
};

type Signal = {
  readonly name: string;
  readonly start: number;
  readonly bits: number;
  readonly isSigned: boolean;
  readonly factor: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  readonly help: string;
  /** Words of values. */
  readonly values: readonly (readonly [number, string])[];
};
type Message = {
  readonly id: number;
  readonly name: string;
  readonly sender: string;
  readonly length: number;
  readonly help: string;
  readonly signals: readonly Signal[];
};

const identifier = (text: string): string =>
  text
    .replace(/^(vendor|cia418)\./, "")
    .replaceAll(/\W+/g, "_")
    .replace(/_+$/, "");

/** "0.1 A" is a step of 0.1 and A, "1/16 A" one of 0.0625. */
function stepOf(unit: string): readonly [number, string] {
  const [, over, under, name] = /^(\d+(?:\.\d+)?)(?:\/(\d+))? (\S+)$/.exec(unit) ?? [];
  if (over === undefined || name === undefined) return [1, unit === "none" || unit === "count" ? "" : unit];
  return [Number(over) / Number(under ?? 1), name];
}

const rounded = (value: number): number => Number(value.toPrecision(12));

function numberSignal(entry: Entry, type: NumberType, start: number): Signal {
  const [factor, unit] = stepOf(entry.unit ?? "none");
  const [low, high] = rangeOf(type);
  const none = notKnown(type);
  const values: (readonly [number, string])[] = entry.mayBeUnknown === true ? [[none, "not known"]] : [];
  return {
    ...{ name: identifier(entry.name), start, bits: DATA_TYPES[type].bits, isSigned: low < 0, factor, unit },
    ...{ least: rounded(low * factor), most: rounded(high * factor), help: entry.help ?? "", values },
  };
}

const bitSignal = ({ bit, name, help }: Bit, start: number): Signal => ({
  ...{ name, start: start + bit, bits: 1, isSigned: false, factor: 1, least: 0, most: 1, unit: "", help, values: [] },
});

function signalsOf({ mapping }: PdoDefault): Signal[] {
  let start = 0;
  return mapping.flatMap((each) => {
    const entry = DICTIONARY.get(each >>> 16)!.entries[(each >>> 8) & 0xff]!;
    const at = start;
    start += each & 0xff;
    const word = WORDS[entry.name];
    if (word !== undefined) return word.map((bit) => bitSignal(bit, at));
    return isNumber(entry.type) ? [numberSignal(entry, entry.type satisfies DataType, at)] : [];
  });
}

const bytesOf = ({ mapping }: PdoDefault): number => mapping.reduce((bits, each) => bits + (each & 0xff), 0) >> 3;

const messageOf = (pdo: PdoDefault, letter: "T" | "R", number: number, sender: string): Message => {
  const isSent = pdo.base === undefined ? " Not valid from the start: write this COB-ID." : "";
  const help = `${pdo.title}. ${pdo.type === 1 ? "On each SYNC." : "When something changes, and by its timer."}${isSent}`;
  return {
    ...{ id: pdo.suggested + NODE_ID, name: `${letter}PDO${number}_${identifier(pdo.title)}`.slice(0, 32), sender },
    ...{ length: bytesOf(pdo), help, signals: signalsOf(pdo) },
  };
};

const STATES: Signal["values"] = [
  ...([
    [0, "boot-up"],
    [4, "stopped"],
    [5, "operational"],
    [127, "pre-operational"],
  ] as const),
];
const plain = (name: string, start: number, bits: number, help: string, values: Signal["values"] = []): Signal => ({
  ...{ name, start, bits, isSigned: false, factor: 1, least: 0, most: 2 ** bits - 1, unit: "", help, values },
});

const SERVICES: readonly Message[] = [
  {
    ...{ id: 0x080 + NODE_ID, name: "EMCY", sender: "BMS", length: 8, help: "An error came or went (CiA 301)." },
    signals: [
      plain("emcy_code", 0, 16, "Error code; 0: gone."),
      plain("emcy_register", 16, 8, "Error register 1001h."),
    ],
  },
  {
    ...{ id: 0x700 + NODE_ID, name: "Heartbeat", sender: "BMS", length: 1, help: "The state of the node." },
    signals: [plain("nmt_state", 0, 8, "NMT state.", STATES)],
  },
];

const MESSAGES: readonly Message[] = [
  ...transmitPdos("both").map((pdo, i) => messageOf(pdo, "T", i + 1, "BMS")),
  ...receivePdos("both").map((pdo, i) => messageOf(pdo, "R", i + 1, "Partner")),
  ...SERVICES,
];

const quoted = (text: string): string => `"${text.replaceAll('"', "'")}"`;

const signalLine = ({ name, start, bits, isSigned, factor, least, most, unit }: Signal, receiver: string): string =>
  ` SG_ ${name} : ${start}|${bits}@1${isSigned ? "-" : "+"} (${factor},0) [${least}|${most}] ${quoted(unit)} ${receiver}`;

const messageLines = ({ id, name, length, sender, signals }: Message): string[] => [
  `BO_ ${id} ${name}: ${length} ${sender}`,
  ...signals.map((signal) => signalLine(signal, sender === "BMS" ? "Partner" : "BMS")),
  "",
];

const commentLines = ({ id, help, signals }: Message): string[] => [
  `CM_ BO_ ${id} ${quoted(help)};`,
  ...signals.map((signal) => `CM_ SG_ ${id} ${signal.name} ${quoted(signal.help)};`),
];

const valueLines = ({ id, signals }: Message): string[] =>
  signals
    .filter(({ values }) => values.length > 0)
    .map(
      ({ name, values }) =>
        `VAL_ ${id} ${name} ${values.map(([value, word]) => `${value} ${quoted(word)}`).join(" ")} ;`,
    );

export const dbcFile = (): string =>
  [
    ...['VERSION ""', "", "NS_ :", "", "BS_:", "", "BU_: BMS Partner", ""],
    ...MESSAGES.flatMap(messageLines),
    `CM_ ${quoted("BMS Mini, node-ID 32, canopen.pdoSet both. Written by npm run generate.")};`,
    ...MESSAGES.flatMap(commentLines),
    ...MESSAGES.flatMap(valueLines),
    "",
  ].join("\n");
