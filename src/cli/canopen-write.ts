// bms canopen write: settings together or not at all, with a login where the device wants one; other objects one after the other.
// What our device refuses is told with its own reason, which it keeps beside the abort code.

import { ABORT } from "../canopen/abort-codes.ts";
import { APPLY, DISCARD } from "../canopen/commit.ts";
import { textBytes, textOf } from "../canopen/data-types.ts";
import { COMMIT, LOGIN, LOGOUT, RESULT, VIOLATION_TEXT } from "../canopen/order-objects.ts";
import type { CanopenAssignment } from "./canopen-assignments.ts";
import { abortWords, CanopenFailure, type CanopenNode, orFail, readObject, writeObject } from "./canopen-target.ts";

/** Codes of a device that has a reason of its own. */
const WITH_REASON: readonly number[] = [
  ...[ABORT.store, ABORT.localControl, ABORT.deviceState, ABORT.noData, ABORT.general],
  ...[ABORT.value, ABORT.incompatible, ABORT.internal],
];
/** Hashing a password takes its time. */
const LOGIN_ms = 10_000;

/** Writes all; settings first and together. Throws a CanopenFailure with the device's reason. */
export async function writeAll(
  to: CanopenNode,
  assignments: readonly CanopenAssignment[],
  password: string | undefined,
): Promise<void> {
  if (password !== undefined) await logIn(to, password);
  try {
    const settings = assignments.filter(({ kind }) => kind === "setting");
    if (settings.length > 0) await writeSettings(to, settings);
    for (const assignment of assignments.filter(({ kind }) => kind !== "setting")) await writeOne(to, assignment);
  } finally {
    if (password !== undefined) await logOut(to);
  }
}

export const logIn = (to: CanopenNode, password: string): Promise<void> =>
  order({ ...to, timeout_ms: Math.max(to.timeout_ms, LOGIN_ms) }, "login", LOGIN, textBytes(password));

/** It ends by itself too, when nothing more is changed. */
export async function logOut(to: CanopenNode): Promise<void> {
  await writeObject(to, "logout", { index: LOGOUT, subIndex: 0 }, Uint8Array.of(1)).catch(() => {});
}

/** On the bus somebody before us may have staged something: that is not ours to commit. */
async function writeSettings(to: CanopenNode, settings: readonly CanopenAssignment[]): Promise<void> {
  const all = settings.map(({ label }) => label).join(", ");
  await order(to, all, COMMIT, Uint8Array.of(DISCARD));
  for (const assignment of settings) await writeOne(to, assignment);
  await order(to, all, COMMIT, Uint8Array.of(APPLY));
}

const order = (to: CanopenNode, label: string, index: number, data: Uint8Array): Promise<void> =>
  writeOne(to, { kind: "own", label, index, subIndex: 0, data });

async function writeOne(to: CanopenNode, { kind, label, data, ...target }: CanopenAssignment): Promise<void> {
  const result = await writeObject(to, label, target, data);
  if (result.ok) return;
  const hasReason = kind !== "foreign" && result.by === "server" && WITH_REASON.includes(result.abort);
  const why = hasReason ? await reasonOf(to) : "";
  if (why === "") orFail(label, result);
  throw new CanopenFailure(why.startsWith(`${label} `) ? why : `${label}: ${why}`, result.abort);
}

const RESULT_TEXT = 2;

/** What our device has to say; "" of another, and where it says nothing. */
async function reasonOf(to: CanopenNode): Promise<string> {
  try {
    const violations = await textAt(to, VIOLATION_TEXT, 0);
    return violations === "" ? await textAt(to, RESULT, RESULT_TEXT) : violations.split("\n").join("; ");
  } catch {
    return "";
  }
}

async function textAt(to: CanopenNode, index: number, subIndex: number): Promise<string> {
  const result = await readObject({ ...to, isBlock: false }, "reason", index, subIndex);
  if (!result.ok) throw new CanopenFailure(abortWords(result.abort), result.abort);
  return textOf(result.data).trim();
}
