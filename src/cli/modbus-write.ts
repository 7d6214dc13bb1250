// bms modbus write: settings together or not at all, with a login where the device wants one; signals, commands and plain
// registers one after the other. What the device refuses is told with its own reason.

import { coilRequest } from "../modbus/client.ts";
import { registerAt } from "../modbus/register-map.ts";
import {
  APPLY,
  COMMIT,
  DISCARD,
  LOGIN,
  LOGIN_WORDS,
  LOGOUT,
  RESULT,
  RESULT_TEXT,
  RESULT_TEXT_WORDS,
  VIOLATIONS,
} from "../modbus/session-registers.ts";
import { getText, putText } from "../modbus/words.ts";
import { REASONS, RESULTS } from "../model/results.ts";
import type { Assignment } from "./modbus-assignments.ts";
import { ModbusFailure, orFail, readWords, writeWords } from "./modbus-exchange.ts";
import type { Connection } from "./modbus-target.ts";

/** "Server device failure" and "busy" mean that the device has a reason of its own. */
const WITH_REASON: readonly number[] = [4, 6];

/** Writes all; settings first and together. Throws a ModbusFailure with the device's reason. */
export async function writeAll(
  connection: Connection,
  assignments: readonly Assignment[],
  password: string | undefined,
): Promise<void> {
  if (password !== undefined) await logIn(connection, password);
  try {
    await writeInOrder(connection, assignments);
  } finally {
    if (password !== undefined) await writeWords(connection, "logout", LOGOUT, [1]).catch(() => {});
  }
}

async function writeInOrder(connection: Connection, assignments: readonly Assignment[]): Promise<void> {
  const settings = assignments.filter(({ kind }) => kind === "setting");
  if (settings.length > 0) await writeSettings(connection, settings);
  for (const assignment of assignments.filter(({ kind }) => kind !== "setting"))
    await explained(connection, () => writeOne(connection, assignment));
}

/** On a serial line somebody before us may have staged something: that is not ours to commit. */
async function writeSettings(connection: Connection, settings: readonly Assignment[]): Promise<void> {
  const all = settings.map(({ label }) => label).join(", ");
  await explained(connection, () => writeWords(connection, all, COMMIT, [DISCARD]));
  for (const assignment of settings) await explained(connection, () => writeOne(connection, assignment));
  await explained(connection, () => writeWords(connection, all, COMMIT, [APPLY]));
}

async function writeOne(connection: Connection, assignment: Assignment): Promise<void> {
  const { label, address } = assignment;
  if (assignment.kind !== "coil") return writeWords(connection, label, address, assignment.words);
  orFail(label, await connection.client.request(connection.unit, coilRequest(address, assignment.value)));
}

async function logIn(connection: Connection, password: string): Promise<void> {
  const words = new Uint16Array(LOGIN_WORDS);
  putText(words, 0, LOGIN_WORDS, password);
  await explained(connection, () => writeWords(connection, "login", LOGIN, [...words]));
}

/** Where the device refuses, its result registers tell why. Another device has none: then its exception stands. */
async function explained(connection: Connection, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ModbusFailure) || !WITH_REASON.includes(error.failure.code)) throw error;
    const why = await reasonOf(connection).catch(() => "");
    if (why === "") throw error;
    const what = error.message.slice(0, error.message.indexOf(": "));
    throw new ModbusFailure(what, { ...error.failure, message: why });
  }
}

const REJECTED = 2;
const REFUSED = 3;

async function reasonOf(connection: Connection): Promise<string> {
  const [code = 0, count = 0] = await readWords(connection, "result", "input", RESULT, 2);
  const words = await readWords(connection, "result", "input", RESULT_TEXT, RESULT_TEXT_WORDS);
  const text = getText(words, 0, RESULT_TEXT_WORDS);
  const others = count > 1 ? await otherViolations(connection, count) : "";
  const title = RESULTS[code] ?? `result ${code}`;
  if (text === "") return code === 0 ? "" : title;
  return code === REJECTED || code === REFUSED ? `${title}: ${text}${others}` : text;
}

/** The first violation stands in words; of the others the device tells setting and kind. */
async function otherViolations(connection: Connection, count: number): Promise<string> {
  const words = await readWords(connection, "result", "input", VIOLATIONS, 2 * count);
  const told = Array.from({ length: count - 1 }, (_, i) => {
    const [address = 0, reason = 0] = words.subarray(2 * i + 2);
    const name = registerAt("holding", address)?.name ?? `0x${address.toString(16)}`;
    return `${name}: ${REASONS[reason as 0] ?? reason}`;
  });
  return `; ${told.join("; ")}`;
}
