// What writing registers and coils means: staged words, or something to be asked of the device. Nothing is done here but in
// the session itself; what the device has to do goes out as a request and its answer decides over the client's.

import { lockedFor_us } from "../base/login-guard.ts";
import type { Asking } from "../model/asking.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { COMMAND_CODES, FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { INPUT_SIGNAL_NAMES } from "../model/input-signals.ts";
import { RESULT_TEXTS, type ResultCode } from "../model/results.ts";
import { IMAGE_PLACES } from "../model/signal-image.ts";
import { faultsOf } from "../model/vendor-words.ts";
import { mayCommand, mayControl, mayService } from "./access.ts";
import { COILS, coilSignal, isScratchCoil } from "./bit-map.ts";
import { stage, stagedChanges } from "./commit.ts";
import type { ExceptionCode } from "./protocol.ts";
import type { Register, View, Written } from "./register.ts";
import { registerAt } from "./register-map.ts";
import { logOut, NO_RESULT } from "./session.ts";
import { ALL_FAULTS, APPLY, DISCARD, LOGIN, SCRATCH_REGISTERS } from "./session-registers.ts";
import { ACKNOWLEDGE, OVERRIDES } from "./vendor-registers.ts";
import { get32, getText } from "./words.ts";

/** What is to be done for a write: nothing more, ask the device, check a password, or an exception. */
export type Order =
  | { readonly kind: "done" }
  | { readonly kind: "ask"; readonly asks: readonly Asking[]; readonly isCommit?: true }
  | { readonly kind: "login"; readonly password: string }
  | { readonly kind: "exception"; readonly code: ExceptionCode };

const DONE: Order = { kind: "done" };
const illegal = (code: ExceptionCode): Order => ({ kind: "exception", code });
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;
const FAILURE = 4;
const BUSY = 6;

/** Notes why an order was not carried out. */
export function refuse(view: View, result: ResultCode, code: ExceptionCode = FAILURE): Order {
  view.session.result = { code: result, violations: [], text: RESULT_TEXTS[result] ?? "" };
  return illegal(code);
}

const ask = (asks: readonly Asking[]): Order => (asks.length === 0 ? DONE : { kind: "ask", asks });

/** Writing registers side by side, at least one. */
export function writeRegisters(view: View, address: number, words: readonly number[]): Order {
  const kinds = words.map((_, i) => registerAt("holding", address + i)?.written);
  const [kind] = kinds;
  if (kind === undefined || kinds.includes(undefined)) return illegal(ILLEGAL_ADDRESS);
  if (kind === "argument" && kinds[1] === "command" && words.length === 2) {
    view.session.argument = words[0];
    return write("command", view, address + 1, words.slice(1));
  }
  return kinds.every((each) => each === kind) ? write(kind, view, address, words) : illegal(ILLEGAL_ADDRESS);
}

type Writer = (view: View, address: number, words: readonly number[]) => Order;

const WRITERS: Readonly<Record<Written, Writer>> = {
  setting: stageSettings,
  override: (view, address, words) => override(view, address - OVERRIDES, words),
  acknowledge: acknowledgeBits,
  logicAddress: (_, __, [word]) => (word <= 1 ? DONE : illegal(ILLEGAL_VALUE)),
  login,
  logout: (view, _, [word]) => (word === 1 ? leave(view) : illegal(ILLEGAL_VALUE)),
  commit,
  argument: (view, _, [word]) => {
    view.session.argument = word;
    return DONE;
  },
  command,
  acknowledgeFault,
  scratch: (view, address, words) => {
    view.session.scratch.set(words, address - SCRATCH_REGISTERS);
    return DONE;
  },
  alarmReset: (view, _, [word]) => (word === 0 ? DONE : controlled(view, [{ kind: "acknowledge", faults: "all" }])),
  operation,
  heartbeat: (view, _, [word]) => {
    if (!mayControl(view)) return refuse(view, 4);
    view.state.heartbeat = word;
    return DONE;
  },
};

function write(kind: Written, view: View, address: number, words: readonly number[]): Order {
  const register = registerAt("holding", address) as Register;
  const room = register.words * register.count - (address - register.address);
  return kind !== "setting" && words.length > room ? illegal(ILLEGAL_ADDRESS) : WRITERS[kind](view, address, words);
}

const controlled = (view: View, asks: readonly Asking[]): Order => (mayControl(view) ? ask(asks) : refuse(view, 4));

function stageSettings(view: View, address: number, words: readonly number[]): Order {
  if (!mayService(view)) return refuse(view, 4);
  stage(view.session, address, words, view.now_us);
  return DONE;
}

const overridden = IMAGE_PLACES.get("overrides")!.at;
const signalled = IMAGE_PLACES.get("inputSignals")!.at;

/** What is so already is not asked for: masters like to repeat themselves. */
function override(view: View, first: number, words: readonly number[]): Order {
  const asks = words.flatMap((word, i): Asking[] => {
    const value = Math.min(word, 2);
    const isSo = view.shown.image[overridden + first + i] === value;
    return isSo ? [] : [{ kind: "override", signal: INPUT_SIGNAL_NAMES[first + i], value }];
  });
  return controlled(view, asks);
}

/** Writing coils side by side. */
export function writeCoils(view: View, address: number, values: readonly boolean[]): Order {
  if (isScratchCoil(address) && isScratchCoil(address + values.length - 1)) return scratchCoils(view, address, values);
  const signals = values.map((_, i) => coilSignal(address + i));
  if (signals.includes(undefined)) return illegal(ILLEGAL_ADDRESS);
  const { image } = view.shown;
  const asks = signals.flatMap((found, i): Asking[] => {
    const { number, isControl } = found!;
    const before = image[overridden + number];
    const value = isControl ? controlValue(values[i], before, image[signalled + number]) : values[i] ? 1 : 0;
    return value === before ? [] : [{ kind: "override", signal: INPUT_SIGNAL_NAMES[number], value }];
  });
  return controlled(view, asks);
}

function scratchCoils({ session }: View, address: number, values: readonly boolean[]): Order {
  for (let i = 0; i < values.length; i++) session.scratchCoils[address - COILS.scratch + i] = values[i] ? 1 : 0;
  return DONE;
}

/** Taking control keeps the signal as it is. */
function controlValue(isTaken: boolean, before: number, signal: number): number {
  if (!isTaken) return 2;
  return before < 2 ? before : signal;
}

function acknowledgeBits(view: View, address: number, words: readonly number[]): Order {
  const whole = [0, 0];
  for (let i = 0; i < words.length; i++) whole[address - ACKNOWLEDGE + i] = words[i];
  const bits = get32(whole, 0, view.isLowFirst);
  const faults = Array.from({ length: 32 }, (_, bit) => ((bits >>> bit) & 1 ? faultsOf(bit) : [])).flat();
  const active = faults.filter((name) => view.shown.image[IMAGE_PLACES.get(`fault.${name}`)!.at] === 1);
  return controlled(view, active.length === 0 ? [] : [{ kind: "acknowledge", faults: active }]);
}

function acknowledgeFault(view: View, _: number, [number]: readonly number[]): Order {
  if (number === ALL_FAULTS) return controlled(view, [{ kind: "acknowledge", faults: "all" }]);
  const fault = FAULT_NAMES.find((name) => FAULT_NUMBERS[name] === number);
  return fault === undefined ? illegal(ILLEGAL_VALUE) : controlled(view, [{ kind: "acknowledge", faults: [fault] }]);
}

function command(view: View, _: number, [code]: readonly number[]): Order {
  const name = COMMAND_CODES[code - 1];
  if (name === undefined) return illegal(ILLEGAL_VALUE);
  const { argument } = view.session;
  view.session.argument = 0;
  if (!mayCommand(view, name)) return refuse(view, 4);
  return ask([{ kind: "command", command: name, ...(argument === 0 ? {} : { argument }) }]);
}

/** SunSpec 802 SetOp: 1 connect, 2 disconnect. The contactors follow the signals that inhibit charging and discharging. */
function operation(view: View, _: number, [word]: readonly number[]): Order {
  if (word !== 1 && word !== 2) return illegal(ILLEGAL_VALUE);
  const value = word === 2 ? 1 : 2;
  return controlled(view, [
    { kind: "override", signal: "inhibitCharging", value },
    { kind: "override", signal: "inhibitDischarging", value },
  ]);
}

function login(view: View, address: number, words: readonly number[]): Order {
  if (address !== LOGIN) return illegal(ILLEGAL_ADDRESS);
  const { session, state, now_us } = view;
  if (lockedFor_us(state.guard, session, now_us) > 0) return refuse(view, 6, BUSY);
  return { kind: "login", password: getText(words, 0, words.length) };
}

function leave({ session }: View): Order {
  logOut(session);
  session.result = { ...NO_RESULT, code: 1 };
  return DONE;
}

function commit(view: View, _: number, [word]: readonly number[]): Order {
  const { session } = view;
  if (word === DISCARD) session.staged.clear();
  if (word !== APPLY) return word === DISCARD ? DONE : illegal(ILLEGAL_VALUE);
  if (!mayService(view)) return refuse(view, 4);
  if (session.staged.size === 0) return refuse(view, 8);
  const staged = stagedChanges(view);
  session.staged.clear();
  if (staged.ok)
    return { kind: "ask", asks: [{ kind: "set", changes: staged.changes, actor: session.actor }], isCommit: true };
  session.result = staged.result;
  return illegal(FAILURE);
}
