// Registers of our map that belong to the client's session and to the server: logging in, committing staged settings, giving
// commands, what came of it, and what the ports have counted.

import { lockedFor_us } from "../base/login-guard.ts";
import { isLoggedIn } from "../model/access.ts";
import { COMMANDS } from "../model/commands.ts";
import { COMMAND_CODES, FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { REASONS, RESULTS } from "../model/results.ts";
import { COUNTER_HELP, COUNTER_NAMES, type Counters } from "./counters.ts";
import type { Register, View } from "./register.ts";
import { SCRATCH } from "./session.ts";
import { putText } from "./words.ts";

/** Holding registers that give orders. */
export const LOGIN = 0x5800;
export const LOGIN_WORDS = 32;
export const LOGOUT = 0x5820;
export const COMMIT = 0x5821;
export const COMMAND_ARGUMENT = 0x5822;
export const COMMAND = 0x5823;
export const ACKNOWLEDGE_FAULT = 0x5824;
export const SCRATCH_REGISTERS = 0x5830;
/** Acknowledges every error. */
export const ALL_FAULTS = 0xffff;

/** What is written to COMMIT. */
export const APPLY = 1;
export const DISCARD = 2;

/** Input registers that tell. */
export const RESULT = 0x9000;
export const VIOLATIONS = 0x9010;
export const MOST_VIOLATIONS = 16;
export const RESULT_TEXT = 0x9040;
export const RESULT_TEXT_WORDS = 64;
export const MAP_VERSION = 0x9100;
export const SERIAL_COUNTERS = 0x9110;
export const TCP_COUNTERS = 0x9120;

/** Rises when an address of our map gets another meaning; new addresses do not count. */
const VERSION = 1;

type Row = Pick<Register, "address" | "name" | "help" | "read"> & Partial<Register>;
const row = (given: Row): Register => ({
  ...{ table: "input", map: "ours", type: "U16", words: 1, count: 1, unit: "none", source: "O" },
  ...given,
});
const order = (given: Omit<Row, "read">): Register => row({ ...given, table: "holding", read: readZero });

/** Orders read as 0. */
function readZero(_: View, __: number, out: Uint16Array): void {
  out.fill(0, 0, LOGIN_WORDS);
}

const value = (address: number, name: string, help: string, of: (view: View) => number, unit = "none"): Register =>
  row({
    ...{ address, name, help, unit },
    read: (view, _, out) => {
      out[0] = of(view);
    },
  });

const wordsOf = (words: readonly string[]): string => words.map((word, i) => `${i}: ${word}`).join(", ");
const seconds = (time_us: number): number => Math.min(0xffff, Math.ceil(Math.max(0, time_us) / 1e6));

const commandsHelp = COMMAND_CODES.map((name, i) => `${i + 1}: ${COMMANDS[name].title}`).join(", ");

export const ORDER_REGISTERS: readonly Register[] = [
  order({
    ...{ address: LOGIN, name: "session.login", type: "TEXT", words: LOGIN_WORDS, written: "login" },
    help: "The service password, written in one request from its first register. Reads 0.",
  }),
  order({
    ...{ address: LOGOUT, name: "session.logout", written: "logout" },
    help: "1 ends the login and forgets what was staged.",
  }),
  order({
    ...{ address: COMMIT, name: "session.commit", written: "commit" },
    help: "1 applies all staged settings together or none of them, 2 forgets them. What came of it stands from 0x9000.",
  }),
  order({
    ...{ address: COMMAND_ARGUMENT, name: "session.commandArgument", written: "argument" },
    help: "The cell the next command is for; 0: none. Writing this and the command in one request is safest.",
  }),
  order({
    ...{ address: COMMAND, name: "session.command", written: "command" },
    help: `Gives a command: ${commandsHelp}.`,
  }),
  order({
    ...{ address: ACKNOWLEDGE_FAULT, name: "session.acknowledge", written: "acknowledgeFault" },
    help: `Acknowledges one error by its number, or all (0xFFFF): ${Object.entries(FAULT_NUMBERS)
      .map(([name, number]) => `${number} ${name}`)
      .join(", ")}.`,
  }),
  row({
    ...{ table: "holding", address: SCRATCH_REGISTERS, name: "session.scratch", count: SCRATCH, written: "scratch" },
    help: "Means nothing and keeps what this client writes: to try a master.",
    read: ({ session }, element, out) => {
      out[0] = session.scratch[element];
    },
  }),
];

const counters = (first: number, port: "serial" | "tcp", title: string): readonly Register[] =>
  COUNTER_NAMES.map((name, i) =>
    value(
      first + i,
      `counters.${port}.${name}`,
      `${title}: ${COUNTER_HELP[name]}`,
      (view) => countersOf(view, port)[name],
    ),
  );
const countersOf = ({ counters: all }: View, port: "serial" | "tcp"): Counters => all[port];

export const SESSION_REGISTERS: readonly Register[] = [
  value(
    RESULT,
    "session.result",
    `What came of the last order: ${wordsOf(RESULTS)}.`,
    ({ session }) => session.result.code,
  ),
  value(
    RESULT + 1,
    "session.violationCount",
    "How many settings were wrong in the last commit.",
    ({ session }) => session.result.violations.length,
  ),
  value(RESULT + 2, "session.staged", "Registers staged and not yet committed.", ({ session }) => session.staged.size),
  value(RESULT + 3, "session.loggedIn", "1 while logged in.", ({ session, now_us }) =>
    isLoggedIn(session, now_us) ? 1 : 0,
  ),
  value(
    RESULT + 4,
    "session.loginLeft_s",
    "How long the login still lasts.",
    ({ session, now_us }) => seconds(session.until_us - now_us),
    "s",
  ),
  value(
    RESULT + 5,
    "session.lockedFor_s",
    "How long no password is taken after wrong ones.",
    ({ session, state, now_us }) => seconds(lockedFor_us(state.guard, session, now_us)),
    "s",
  ),
  row({
    ...{ address: VIOLATIONS, name: "session.violations", words: 2, count: MOST_VIOLATIONS },
    help: `What was wrong in the last commit: first register of the setting, and why: ${wordsOf(REASONS)}.`,
    read: ({ session }, element, out) => {
      const violation = session.result.violations[element];
      out[0] = violation?.address ?? 0;
      out[1] = violation?.reason ?? 0;
    },
  }),
  row({
    ...{ address: RESULT_TEXT, name: "session.resultText", type: "TEXT", words: RESULT_TEXT_WORDS },
    help: "The same in words.",
    read: ({ session }, _, out) => putText(out, 0, RESULT_TEXT_WORDS, session.result.text),
  }),
  value(MAP_VERSION, "map.version", "Version of this map.", () => VERSION),
  ...counters(SERIAL_COUNTERS, "serial", "RS-485"),
  ...counters(TCP_COUNTERS, "tcp", "TCP"),
];
