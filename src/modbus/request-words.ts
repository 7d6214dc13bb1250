// A request of Modbus and its answer in words, for a person who looks on: the function, the registers by name, and what was read or
// written. Registers that carry a password are named and not shown.

import { hexDigits } from "../base/hex.ts";
import { INPUT_SIGNAL_NAMES } from "../model/input-signals.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { coilSignal } from "./bit-map.ts";
import { itemValue, wordsOf } from "./item-text.ts";
import { fullName } from "./names.ts";
import { EXCEPTIONS, type ExceptionCode, FUNCTIONS, u16At } from "./protocol.ts";
import type { Register } from "./register.ts";
import { registerAt } from "./register-map.ts";

export type Said = { readonly name: string; readonly text: string; readonly isSecret: boolean };

/** Values told of one request; the rest is counted. */
const MOST_TOLD = 12;

const TITLES: Readonly<Record<number, string>> = {
  [FUNCTIONS.readCoils]: "read coils",
  [FUNCTIONS.readDiscreteInputs]: "read discrete inputs",
  [FUNCTIONS.readHoldingRegisters]: "read holding registers",
  [FUNCTIONS.readInputRegisters]: "read input registers",
  [FUNCTIONS.writeSingleCoil]: "write a coil",
  [FUNCTIONS.writeSingleRegister]: "write a register",
  [FUNCTIONS.diagnostics]: "diagnostics",
  [FUNCTIONS.writeMultipleCoils]: "write coils",
  [FUNCTIONS.writeMultipleRegisters]: "write registers",
  [FUNCTIONS.reportServerId]: "report server ID",
  [FUNCTIONS.maskWriteRegister]: "mask a register",
  [FUNCTIONS.readWriteRegisters]: "write and read registers",
  [FUNCTIONS.encapsulated]: "read device identification",
};

/** @param request a PDU as it came; its address may lack */
export function requestWords(request: Uint8Array, isLowFirst: boolean): Said {
  const code = request[0] ?? 0;
  const title = TITLES[code] ?? `function 0x${hexDigits(code, 2)}`;
  const span = spanOf(request);
  if (span === undefined) return { name: title, text: "", isSecret: false };
  const name = `${title} 0x${hexDigits(span.address, 4)}${span.count === 1 ? "" : ` × ${span.count}`}`;
  const registers = registersIn(span);
  const isSecret = span.isWrite && registers.some(carriesSecret);
  const names = span.table === "coil" ? coilNames(span) : registers.map(fullName).slice(0, MOST_TOLD).join(", ");
  const values = span.values_at < 0 || isSecret ? names : valuesText(span, request, span.values_at, isLowFirst);
  return { name, text: values, isSecret };
}

/** What the answer to a request says. */
export function answerWords(request: Uint8Array, answer: Uint8Array, isLowFirst: boolean): Said {
  const { name, isSecret } = requestWords(request, isLowFirst);
  if ((answer[0]! & 0x80) !== 0)
    return { name, text: EXCEPTIONS[answer[1] as ExceptionCode]?.name ?? `exception ${answer[1]}`, isSecret };
  const span = spanOf(request);
  const isRead = span !== undefined && answer.length === 2 + 2 * span.count && answer[1] === 2 * span.count;
  if (!isRead || span.isWrite || span.table === "coil") return { name, text: "done", isSecret };
  return { name, text: valuesText(span, answer, 2, isLowFirst), isSecret };
}

type Span = {
  readonly table: "input" | "holding" | "coil";
  readonly address: number;
  readonly count: number;
  readonly isWrite: boolean;
  /** Where in the request its words stand; -1: it has none. */
  readonly values_at: number;
};

/** What a request is about; undefined where it is about no addresses, or is too short. */
function spanOf(request: Uint8Array): Span | undefined {
  if (request.length < 5) return undefined;
  const [address, count] = [u16At(request, 1), u16At(request, 3)];
  switch (request[0]) {
    case FUNCTIONS.readCoils:
      return { table: "coil", address, count, isWrite: false, values_at: -1 };
    case FUNCTIONS.writeMultipleCoils:
      return { table: "coil", address, count, isWrite: true, values_at: -1 };
    case FUNCTIONS.writeSingleCoil:
      return { table: "coil", address, count: 1, isWrite: true, values_at: -1 };
    case FUNCTIONS.readHoldingRegisters:
      return { table: "holding", address, count, isWrite: false, values_at: -1 };
    case FUNCTIONS.readInputRegisters:
      return { table: "input", address, count, isWrite: false, values_at: -1 };
    case FUNCTIONS.writeSingleRegister:
      return { table: "holding", address, count: 1, isWrite: true, values_at: 3 };
    case FUNCTIONS.maskWriteRegister:
      return { table: "holding", address, count: 1, isWrite: true, values_at: -1 };
    case FUNCTIONS.writeMultipleRegisters:
      return { table: "holding", address, count, isWrite: true, values_at: 6 };
    case FUNCTIONS.readWriteRegisters:
      if (request.length < 10) return undefined;
      return { table: "holding", address: u16At(request, 5), count: u16At(request, 7), isWrite: true, values_at: 10 };
    default:
      return undefined;
  }
}

function coilNames({ address, count }: Span): string {
  const names: string[] = [];
  for (let i = 0; i < count && names.length < MOST_TOLD; i++) {
    const signal = coilSignal(address + i);
    if (signal !== undefined) names.push(INPUT_SIGNAL_NAMES[signal.number] ?? `signal ${signal.number}`);
  }
  return [...new Set(names)].join(", ");
}

/** Rows that the span touches, in order. */
function registersIn({ table, address, count }: Span): Register[] {
  const found: Register[] = [];
  if (table === "coil") return found;
  for (let at = address; at < address + count; ) {
    const register = registerAt(table, at);
    if (register !== undefined) found.push(register);
    at = register === undefined ? at + 1 : register.address + register.words * register.count;
  }
  return found;
}

const carriesSecret = ({ written, name, map }: Register): boolean =>
  written === "login" || (map === "ours" && SECRET_SETTINGS.includes(name));

/** Values that are whole within the span. `at`: where in the bytes the span's first word stands. */
function valuesText(span: Span, bytes: Uint8Array, at: number, isLowFirst: boolean): string {
  const registers = registersIn(span);
  const texts = registers.slice(0, MOST_TOLD).map((register) => {
    const from = Math.max(0, Math.ceil((span.address - register.address) / register.words));
    const to = Math.min(register.count, Math.floor((span.address + span.count - register.address) / register.words));
    if (to <= from) return fullName(register);
    const first = register.address + from * register.words;
    const start = at + 2 * (first - span.address);
    const words = wordsIn(bytes, start, (to - from) * register.words);
    const item = {
      ...{ label: "", table: register.table, address: first, type: register.type, words: register.words },
      ...{ count: to - from, unit: register.unit, named: { register, element: undefined } },
    };
    return `${fullName(register)} ${wordsOf(item, itemValue(item, words, isLowFirst))}`;
  });
  const more = registers.length > MOST_TOLD ? [`and ${registers.length - MOST_TOLD} more`] : [];
  return [...texts, ...more].join(", ");
}

const wordsIn = (bytes: Uint8Array, at: number, count: number): Uint16Array =>
  Uint16Array.from({ length: count }, (_, i) => (at + 2 * i + 1 < bytes.length ? u16At(bytes, at + 2 * i) : 0));
