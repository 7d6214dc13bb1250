// The LSS master (CiA 305), for the command line: finds nodes by fastscan, gives them a node-ID and a bit rate. A task is a
// dialogue of frames and answers; the master sends one frame, waits for its answer or a time without one, and goes on.
//
//   step = beginLss(master, fastscan(), now_us);
//   step = takeLssAnswer(master, frame.data, now_us);   // frames of 7E4h
//   step = pollLssMaster(master, now_us);               // once master.deadline_us has come

import { BIT_RATES_kbit, FASTSCAN_RESET, LSS, lssFrame, lssValue } from "./lss.ts";
import type { NodeIdentity } from "./node-state.ts";

/** A frame to 7E5h; `answer` is the command of what may come back, none where there is no answer. */
type Line = { readonly data: Uint8Array; readonly answer: number | undefined };
/** The answer's eight bytes, or nothing in time. */
type Answer = Uint8Array | undefined;
export type LssTask<T> = Generator<Line, T, Answer>;

/** What came of it: a value, silence, or the slave's error code. */
export type LssResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: number | "silence" };

export type LssMaster<T> = {
  readonly timeout_us: number;
  task: LssTask<T> | undefined;
  awaited: number | undefined;
  deadline_us: number | undefined;
};

export type LssMasterStep<T> = { readonly send?: Uint8Array; readonly done?: T };

/** A slave answers at once; adapters and buses under load take longer. */
const TIMEOUT_us = 50_000;

/** @param timeout_us how long a slave may take to answer */
export const createLssMaster = <T>(timeout_us: number = TIMEOUT_us): LssMaster<T> => ({
  ...{ timeout_us, task: undefined, awaited: undefined, deadline_us: undefined },
});

/** Begins a dialogue; the master carries one at a time. The step has its first frame, or what came of it. */
export function beginLss<T>(master: LssMaster<T>, task: LssTask<T>, now_us: number): LssMasterStep<T> {
  master.task = task;
  return goOn(master, undefined, now_us);
}

function goOn<T>(master: LssMaster<T>, answer: Answer, now_us: number): LssMasterStep<T> {
  const next = master.task!.next(answer);
  if (next.done === true) {
    Object.assign(master, { task: undefined, awaited: undefined, deadline_us: undefined });
    return { done: next.value };
  }
  master.awaited = next.value.answer;
  master.deadline_us = now_us + master.timeout_us;
  return { send: next.value.data };
}

/** @param data of a frame of 7E4h; what was not asked for is not listened to */
export function takeLssAnswer<T>(master: LssMaster<T>, data: Uint8Array, now_us: number): LssMasterStep<T> {
  const isAnswer = master.task !== undefined && data.length === 8 && data[0] === master.awaited;
  return isAnswer ? goOn(master, data.slice(), now_us) : {};
}

/** Goes on without the answer once the master's `deadline_us` has come; the step is empty before. */
export function pollLssMaster<T>(master: LssMaster<T>, now_us: number): LssMasterStep<T> {
  const isOver = master.deadline_us !== undefined && now_us >= master.deadline_us;
  return isOver ? goOn(master, undefined, now_us) : {};
}

const line = (command: number, value: number, answer?: number): Line => ({ data: lssFrame(command, value), answer });

function fastscanLine(id: number, bitCheck: number, sub: number, next: number): Line {
  const data = lssFrame(LSS.fastscan, id);
  data.set([bitCheck, sub, next], 5);
  return { data, answer: LSS.identified };
}

/**
 * Finds one node without a node-ID, whichever; it is then the only one in configuration mode. 130 frames at most.
 * `undefined`: there is none, or an answer was lost.
 */
export function* fastscan(): LssTask<NodeIdentity | undefined> {
  if ((yield fastscanLine(0, FASTSCAN_RESET, 0, 0)) === undefined) return undefined;
  const found: number[] = [];
  for (let sub = 0; sub < 4; sub++) {
    const id = yield* scanPart(sub);
    if ((yield fastscanLine(id, 0, sub, (sub + 1) % 4)) === undefined) return undefined;
    found.push(id);
  }
  const [vendorId = 0, productCode = 0, revision = 0, serial = 0] = found;
  return { vendorId, productCode, revision, serial };
}

/** Bit after bit from the highest: somebody with a 0 there says so; else it is a 1. */
function* scanPart(sub: number): LssTask<number> {
  let id = 0;
  for (let bit = 31; bit >= 0; bit--) {
    const isZero = (yield fastscanLine(id, bit, sub, sub)) !== undefined;
    if (!isZero) id += 2 ** bit;
  }
  return id;
}

/** All nodes to waiting, or to configuration mode. None answers. */
export function* switchAll(mode: "waiting" | "configuration"): LssTask<undefined> {
  yield line(LSS.switchGlobal, mode === "configuration" ? 1 : 0);
  return undefined;
}

/** Puts the one node with this identity into configuration mode. */
export function* select({ vendorId, productCode, revision, serial }: NodeIdentity): LssTask<LssResult<undefined>> {
  yield line(LSS.selectVendor, vendorId);
  yield line(LSS.selectProduct, productCode);
  yield line(LSS.selectRevision, revision);
  const answer = yield line(LSS.selectSerial, serial, LSS.selected);
  return answer === undefined ? { ok: false, code: "silence" } : { ok: true, value: undefined };
}

/** Whether there is any node without a node-ID. */
export function* hasUnconfigured(): LssTask<boolean> {
  return (yield line(LSS.identifyUnconfigured, 0, LSS.unconfigured)) !== undefined;
}

function* order(command: number, value: number): LssTask<LssResult<undefined>> {
  const answer = yield line(command, value, command);
  if (answer === undefined) return { ok: false, code: "silence" };
  return answer[1] === 0 ? { ok: true, value: undefined } : { ok: false, code: answer[1] };
}

/** Of the node in configuration mode. @param nodeId 1..127, or 255 to take it away */
export const configureNodeId = (nodeId: number): LssTask<LssResult<undefined>> => order(LSS.configureNodeId, nodeId);

/** @param bitRate_kbit one of the standard's table; of another nothing is sent and the code is the slave's "out of range" */
export function* configureBitRate(bitRate_kbit: number): LssTask<LssResult<undefined>> {
  const index = BIT_RATES_kbit.indexOf(bitRate_kbit);
  return index < 0 ? { ok: false, code: 1 } : yield* order(LSS.configureBitRate, index * 0x100);
}

/** All nodes in configuration mode switch after the delay, and speak after another. */
export function* activateBitRate(delay_ms: number): LssTask<undefined> {
  yield line(LSS.activateBitRate, delay_ms);
  return undefined;
}

/**
 * Of the node in configuration mode: keeps node-ID and bit rate (CiA 305). A code other than silence is why it cannot.
 */
export const storeConfiguration = (): LssTask<LssResult<undefined>> => order(LSS.store, 0);

/** Node-ID in force of the node in configuration mode. */
export function* inquireNodeId(): LssTask<LssResult<number>> {
  const answer = yield line(LSS.inquireNodeId, 0, LSS.inquireNodeId);
  return answer === undefined ? { ok: false, code: "silence" } : { ok: true, value: answer[1] };
}

/** The four parts of 1018h of the node in configuration mode, asked one after the other. */
export function* inquireIdentity(): LssTask<LssResult<NodeIdentity>> {
  const parts: number[] = [];
  for (let command: number = LSS.inquireVendor; command <= LSS.inquireSerial; command++) {
    const answer = yield line(command, 0, command);
    if (answer === undefined) return { ok: false, code: "silence" };
    parts.push(lssValue(answer));
  }
  const [vendorId = 0, productCode = 0, revision = 0, serial = 0] = parts;
  return { ok: true, value: { vendorId, productCode, revision, serial } };
}
