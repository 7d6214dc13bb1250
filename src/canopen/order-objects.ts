// Objects that give orders, and those that tell what came of them: logging in, committing staged settings, commands, acknowledging, the
// settings as a whole. Sub-indexes are frozen as all addresses are: new ones go to the end.

import { lockedFor_us } from "../base/login-guard.ts";
import { isLoggedIn, mayCommand } from "../model/access.ts";
import { COMMANDS, type CommandName } from "../model/commands.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { COMMAND_CODES, FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { REASONS, RESULTS } from "../model/results.ts";
import { ABORT } from "./abort-codes.ts";
import type { Application } from "./application.ts";
import { APPLY, commit, DISCARD } from "./commit.ts";
import { type NumberType, numberBytes, numberOf, textBytes } from "./data-types.ts";
import { leave, logIn } from "./login.ts";
import type { DictionaryObject, WriteResult } from "./object.ts";
import { array, type Cell, record, variable } from "./object-shapes.ts";
import { ask, askControlled, refuse } from "./orders.ts";
import { settingPlace } from "./setting-objects.ts";
import { wholeSettings } from "./whole-settings.ts";

export const LOGIN = 0x5800;
export const LOGOUT = 0x5801;
export const COMMIT = 0x5802;
export const COMMAND = 0x5803;
export const ACKNOWLEDGE = 0x5804;
export const RESULT = 0x5810;
export const VIOLATIONS = 0x5811;
export const VIOLATION_TEXT = 0x5812;

/** Acknowledges every error. */
const ALL_FAULTS = 0xffff;
const MOST_PASSWORD = 64;
const MOST_VIOLATIONS = 16;

/** A number that is only written. */
const order = (
  { name, type, help, low, high }: { name: string; type: NumberType; help: string; low?: number; high?: number },
  write: (value: number) => WriteResult,
): Cell => ({
  entry: {
    ...{ name, type, access: "wo", unit: "none", help },
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  },
  read: () => ABORT.writeOnly,
  write: (data) => write(numberOf(type, data)),
});

/** A number of the session that is only read. */
const told = (name: string, type: NumberType, help: string, of: () => number, unit = "none"): Cell => ({
  entry: { name, type, access: "ro", unit, help },
  read: () => numberBytes(type, of()),
});

/** A text, as long as it is. */
const text = (name: string, type: "visibleString" | "domain", help: string, of: () => string): Cell => ({
  entry: { name, type, access: "ro", unit: "none", help },
  read: () => textBytes(of()),
});

const seconds = (time_us: number): number => Math.min(0xffff, Math.ceil(Math.max(0, time_us) / 1e6));

/** Sub-index: the command's code. What is written is its argument: the cell, from 1; 0: none. */
function commands(application: Application): DictionaryObject {
  const cells = COMMAND_CODES.map((command) => {
    const { title, help } = COMMANDS[command];
    const most = "argument" in COMMANDS[command] ? 18 : 1;
    const about = { name: `command.${command}`, type: "u8" as const, low: 0, high: most };
    return order({ ...about, help: `${title}. ${help}` }, (argument) => give(application, command, argument));
  });
  return record(COMMAND, "command", cells);
}

function give(application: Application, command: CommandName, argument: number): WriteResult {
  const { session, show, now_us } = application;
  if (!mayCommand(show().settings.canopen, session, command, now_us)) return refuse(application, 4);
  const hasCell = "argument" in COMMANDS[command] && argument > 0;
  return ask(application, [{ kind: "command", command, ...(hasCell ? { argument } : {}) }]);
}

function acknowledge(application: Application, number: number): WriteResult {
  if (number === ALL_FAULTS) return askControlled(application, [{ kind: "acknowledge", faults: "all" }]);
  const fault = FAULT_NAMES.find((name) => FAULT_NUMBERS[name] === number);
  if (fault === undefined) return ABORT.value;
  return askControlled(application, [{ kind: "acknowledge", faults: [fault] }]);
}

const numbersOfFaults = Object.entries(FAULT_NUMBERS)
  .map(([name, number]) => `${number} ${name}`)
  .join(", ");

const orders = (application: Application): readonly DictionaryObject[] => [
  variable(LOGIN, "session.login", {
    entry: {
      ...{ name: "session.login", type: "visibleString", access: "wo", maxLength: MOST_PASSWORD, unit: "none" },
      help: "The service password. The login lasts until so long after the last change made with it (canopen.loginTime_min).",
    },
    read: () => ABORT.writeOnly,
    write: (data) => logIn(application, data),
  }),
  variable(
    LOGOUT,
    "session.logout",
    order(
      { name: "session.logout", type: "u8", low: 1, high: 1, help: "1 ends the login and forgets what was staged." },
      () => leave(application),
    ),
  ),
  variable(
    COMMIT,
    "session.commit",
    order(
      {
        ...{ name: "session.commit", type: "u8", low: APPLY, high: DISCARD },
        help: "1 applies all staged settings together or none of them, 2 forgets them. What came of it stands from 5810h.",
      },
      (value) => commit(application, value),
    ),
  ),
  commands(application),
  variable(
    ACKNOWLEDGE,
    "session.acknowledge",
    order(
      {
        ...{ name: "session.acknowledge", type: "u16" },
        help: `Acknowledges one error by its number, or all (65535): ${numbersOfFaults}.`,
      },
      (number) => acknowledge(application, number),
    ),
  ),
];

/** A setting's place and the reason, in one number. */
function violationOf({ session }: Application, n: number): number {
  const violation = session.result.violations[n];
  if (violation === undefined) return 0;
  const [index, subIndex] = settingPlace(violation.setting);
  return index * 0x1_0000 + subIndex * 0x100 + violation.reason;
}

const wordsOf = (words: readonly string[]): string => words.map((word, i) => `${i}: ${word}`).join(", ");

function results(application: Application): readonly DictionaryObject[] {
  const { session, guard } = application;
  const lines = (): string => session.result.violations.map(({ setting, text }) => `${setting} ${text}\n`).join("");
  const left_s = (): number => seconds(session.until_us - application.now_us);
  const locked_s = (): number => seconds(lockedFor_us(guard, session, application.now_us));
  const isIn = (): number => (isLoggedIn(session, application.now_us) ? 1 : 0);
  const code: Cell = told("session.result", "u8", "What came of the last order.", () => session.result.code);
  return [
    record(RESULT, "session", [
      { ...code, entry: { ...code.entry, words: RESULTS } },
      text("session.resultText", "visibleString", "The same in words.", () => session.result.text),
      told(
        "session.violationCount",
        "u16",
        "Settings that were wrong in the last commit.",
        () => session.result.violations.length,
      ),
      told("session.staged", "u16", "Settings staged and not yet committed.", () => session.staged.size),
      told("session.loggedIn", "u8", "1 while logged in.", isIn),
      told("session.loginLeft_s", "u16", "How long the login still lasts.", left_s, "s"),
      told("session.lockedFor_s", "u16", "How long no password is taken after wrong ones.", locked_s, "s"),
    ]),
    array(
      VIOLATIONS,
      "session.violations",
      Array.from({ length: MOST_VIOLATIONS }, (_, n) =>
        told(
          `session.violations[${n + 1}]`,
          "u32",
          `A setting that was wrong in the last commit: index, sub-index, and in the low byte why: ${wordsOf(REASONS)}. 0: no more.`,
          () => violationOf(application, n),
        ),
      ),
    ),
    variable(
      VIOLATION_TEXT,
      "session.violationText",
      text("session.violationText", "domain", "Every setting that was wrong, one line each: its name and why.", lines),
    ),
    wholeSettings(application),
  ];
}

export const orderObjects = (application: Application): readonly DictionaryObject[] => [
  ...orders(application),
  ...results(application),
];
