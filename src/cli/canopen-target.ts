// Which node a CANopen command is for, and the way to it: a master on a bus that the command has opened. What a node refuses or
// does not answer ends the command with one line and exit code 1.

import type { Command } from "commander";
import { ABORT, abortText } from "../canopen/abort-codes.ts";
import type { SdoResult } from "../canopen/sdo-client-state.ts";
import { CanHub } from "../device/can-hub.ts";
import { CanOutbox } from "../device/can-outbox.ts";
import { CanopenMaster } from "../device/canopen-master.ts";
import { MACHINE_CLOCK } from "../device/machine-clock.ts";
import { type CanConnection, type CanOptions, connectCan, withCan } from "./can-target.ts";
import { wholeNumber } from "./modbus-target.ts";

export type BusOptions = CanOptions & { readonly timeout: string; readonly json?: boolean };
export type NodeOptions = BusOptions & { readonly node: string };

/** What the other side did not do. `abort`: the code of a node that refused; undefined: nobody answered, or the bus has gone. */
export class CanopenFailure extends Error {
  override name = "CanopenFailure";
  readonly abort: number | undefined;
  constructor(message: string, abort?: number) {
    super(message);
    this.abort = abort;
  }
}

/** A bus with a master on it. */
export type CanopenBus = {
  readonly master: CanopenMaster;
  readonly timeout_ms: number;
  /** Waits for something, or throws a CanopenFailure once the bus has gone. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Sends what waits, then leaves. */
  readonly close: () => Promise<void>;
};

/** One node of it. */
export type CanopenNode = CanopenBus & { readonly node: number; readonly isBlock: boolean };

export const withBus = (command: Command, timeout_ms = "1000"): Command =>
  withCan(command).option("--timeout <ms>", "how long to wait for an answer", timeout_ms).option("--json", "as JSON");

export const withNode = (command: Command, timeout_ms?: string): Command =>
  withBus(command, timeout_ms).option("-n, --node <id>", "node id of the device", "32");

export const nodeOf = (text: string): number => wholeNumber("--node", text, 1, 127);

/** Frames that wait for the hub: half a second of a full bus. */
const INBOX = 4096;
/** A bus that takes no frames is left all the same. */
const FAREWELL_ms = 1000;

/** Throws UsageError for what cannot be meant, and for a bus that cannot be opened. */
export async function joinBus(options: BusOptions): Promise<CanopenBus> {
  const timeout_ms = wholeNumber("--timeout", options.timeout, 1, 600_000);
  const hub = new CanHub(MACHINE_CLOCK.now_us, (act) => act());
  const inbox = new CanOutbox(INBOX);
  let bus: CanConnection | undefined;
  let sending: Promise<unknown> = Promise.resolve();
  inbox.place = hub.attach({
    receive: (frame) => {
      sending = sending.then(() => bus?.send(frame));
    },
    ready: () => inbox.flush(),
  });
  const master = new CanopenMaster(hub, MACHINE_CLOCK.now_us, (act) => act());
  bus = await connectCan(options, (frame) => inbox.send(frame));
  const { place, trouble, gone, close } = bus;
  const lost = gone.then((): never => {
    throw new CanopenFailure(`${place}: ${trouble() ?? "the bus has gone"}`);
  });
  lost.catch(() => {}); // told by whoever waits
  return {
    ...{ master, timeout_ms, during: (work) => Promise.race([work, lost]) },
    close: async () => {
      await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, FAREWELL_ms).unref())]);
      master.close();
      await close();
    },
  };
}

/** Runs with a bus and leaves it. Failures end with one line and exit code 1. */
export async function onBus(options: BusOptions, act: (bus: CanopenBus) => Promise<void>): Promise<void> {
  const bus = await joinBus(options);
  try {
    await act(bus);
  } catch (error) {
    if (!(error instanceof CanopenFailure)) throw error;
    if (options.json === true)
      process.stdout.write(
        `${JSON.stringify({ error: error.message, ...(error.abort && { abort: hex32(error.abort) }) })}\n`,
      );
    fail(error.message);
  } finally {
    await bus.close();
  }
}

/** The same with one of its nodes. */
export async function onNode(
  options: NodeOptions & { readonly block?: boolean },
  act: (node: CanopenNode) => Promise<void>,
): Promise<void> {
  const node = nodeOf(options.node);
  await onBus(options, (bus) => act({ ...bus, node, isBlock: options.block === true }));
}

export function fail(message: string): void {
  process.stderr.write(`bms: ${message}\n`);
  process.exitCode = 1;
}

export const hex32 = (code: number): string => `0x${code.toString(16).toUpperCase().padStart(8, "0")}`;

/** Reads an object; what a node refuses is a result. Throws a CanopenFailure where nobody answers. */
export async function readObject(to: CanopenNode, what: string, index: number, subIndex: number): Promise<SdoResult> {
  const { master, node, timeout_ms, isBlock } = to;
  return heard(to, what, await to.during(master.read(node, index, subIndex, { timeout_ms, isBlock })));
}

/** Writes an object. Throws a CanopenFailure where nobody answers. */
export async function writeObject(
  to: CanopenNode,
  what: string,
  target: { readonly index: number; readonly subIndex: number },
  data: Uint8Array,
): Promise<SdoResult> {
  const { master, node, timeout_ms, isBlock } = to;
  const { index, subIndex } = target;
  return heard(to, what, await to.during(master.write(node, index, subIndex, data, { timeout_ms, isBlock })));
}

function heard({ node, timeout_ms }: CanopenNode, what: string, result: SdoResult): SdoResult {
  if (!result.ok && result.by === "client" && result.abort === ABORT.timeout)
    throw new CanopenFailure(`${what}: node ${node} does not answer within ${timeout_ms} ms`);
  return result;
}

/** The bytes. Throws a CanopenFailure with the node's reason. */
export function orFail(what: string, result: SdoResult): Uint8Array {
  if (result.ok) return result.data;
  throw new CanopenFailure(`${what}: ${abortWords(result.abort)}`, result.abort);
}

/** "object does not exist in the object dictionary (abort 0x06020000)". */
export const abortWords = (abort: number): string => `${abortText(abort)} (abort ${hex32(abort)})`;
