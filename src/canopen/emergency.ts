// Emergencies (CiA 301, 7.2.7 and 7.5.2.2ff): the errors that are active, the error register 1001h they make, the history
// 1003h, and EMCY messages no closer to each other than the inhibit time. An error is told when it comes and, with code 0000h
// and the register that remains, when it goes.

import { canIdOf, hasBit31 } from "./cob-id.ts";
import { numberBytes } from "./data-types.ts";
import { allows } from "./nmt-state.ts";
import { isMute, NEVER_us, type Node } from "./node-state.ts";
import { sendFrame } from "./node-step.ts";

/** Bits of the error register 1001h. */
export const REGISTER = {
  generic: 0x01,
  current: 0x02,
  voltage: 0x04,
  temperature: 0x08,
  communication: 0x10,
  profile: 0x20,
  manufacturer: 0x80,
} as const;

export type EmergencyRow = { readonly code: number; readonly register: number };

type Active = EmergencyRow & { readonly vendor: Uint8Array; readonly isOurs: boolean };

export type EmergencyState = {
  readonly active: Map<string, Active>;
  /** 1003h, newest first. */
  readonly history: number[];
  /** Messages that wait for the inhibit time, oldest first. */
  readonly waiting: Uint8Array[];
  /** No message before. */
  free_us: number;
};

/** Errors that 1003h remembers. */
export const HISTORY_MAX = 32;
/** Messages that wait; when more do, the oldest are not told: the newest has the register as it is. */
const WAITING_MAX = 32;
const NO_ERROR = 0x0000;

/** No error is active, none is remembered. */
export const createEmergencies = (): EmergencyState => ({
  active: new Map(),
  ...{ history: [], waiting: [], free_us: 0 },
});

/** 1001h: bit 0 with any error. */
export function errorRegister({ active }: EmergencyState): number {
  let register = 0;
  for (const error of active.values()) register |= error.register | REGISTER.generic;
  return register;
}

/**
 * An error is there. One that is active already is not told again.
 * @param key what is wrong, for `clearError`
 * @param vendor up to 5 bytes that go along
 * @param isOurs the application's error: it outlasts a reset of communication
 */
export function raiseError(node: Node, key: string, row: EmergencyRow, vendor: Uint8Array, isOurs: boolean): void {
  const { active } = node.emergency;
  if (active.has(key)) return;
  active.set(key, { ...row, vendor, isOurs });
  announce(node, row.code, vendor);
}

/** An error is gone. */
export function clearError(node: Node, key: string): void {
  const error = node.emergency.active.get(key);
  if (error === undefined) return;
  node.emergency.active.delete(key);
  put(node, NO_ERROR, error.vendor);
}

function announce(node: Node, code: number, vendor: Uint8Array): void {
  const { history } = node.emergency;
  const word = (vendor[0] ?? 0) + ((vendor[1] ?? 0) << 8);
  history.unshift(code + word * 0x1_0000);
  if (history.length > HISTORY_MAX) history.pop();
  put(node, code, vendor);
}

function put(node: Node, code: number, vendor: Uint8Array): void {
  const { emergency } = node;
  const data = new Uint8Array(8);
  data.set(numberBytes("u16", code));
  data[2] = errorRegister(emergency);
  data.set(vendor.subarray(0, 5), 3);
  emergency.waiting.push(data);
  if (emergency.waiting.length > WAITING_MAX) emergency.waiting.shift();
  sendEmergencies(node);
}

/** Sends what may be sent by now. */
export function sendEmergencies(node: Node): void {
  const { emergency, parameters, now_us } = node;
  if (!allows(node.state, "emergency") || isMute(node)) return;
  if (hasBit31(parameters.emergencyCobId)) emergency.waiting.length = 0;
  while (emergency.waiting.length > 0 && now_us >= emergency.free_us) {
    sendFrame(node.out, canIdOf(parameters.emergencyCobId), emergency.waiting.shift()!);
    emergency.free_us = now_us + parameters.emergencyInhibit_100us * 100;
  }
}

/** When the next message that waits may go out (1015h); NEVER_us: none waits, or none may. */
export function emergencyDeadline_us({ emergency, state, controller, silentUntil_us }: Node): number {
  const waits = emergency.waiting.length > 0 && allows(state, "emergency") && controller !== "busOff";
  return waits ? Math.max(emergency.free_us, silentUntil_us) : NEVER_us;
}

/** After a reset of communication: no history, no errors of communication; the application's are told anew. */
export function resetEmergencies(node: Node): void {
  const { emergency } = node;
  emergency.history.length = 0;
  emergency.waiting.length = 0;
  emergency.free_us = 0;
  const ours = [...emergency.active].filter(([, { isOurs }]) => isOurs);
  emergency.active.clear();
  for (const [key, error] of ours) raiseError(node, key, error, error.vendor, true);
}
