// What a master does on a CAN bus: reads and writes objects of other nodes, gives NMT commands, hears who is there. It joins a
// hub like any other station; the console and the command line both use it.

import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import { type BusMonitor, createBusMonitor, nmtFrame, observe } from "../canopen/bus-monitor.ts";
import { COB } from "../canopen/cob-id.ts";
import {
  beginLss,
  createLssMaster,
  type LssMasterStep,
  type LssTask,
  pollLssMaster,
  takeLssAnswer,
} from "../canopen/lss-master.ts";
import type { NmtCommand } from "../canopen/nmt-state.ts";
import { pollSdoClient, startDownload, startUpload, takeSdoAnswer } from "../canopen/sdo-client.ts";
import {
  createSdoClient,
  isBusy,
  type SdoClient,
  type SdoClientStep,
  type SdoMode,
  type SdoResult,
} from "../canopen/sdo-client-state.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import { CanOutbox } from "./can-outbox.ts";

export type TransferOptions = { readonly timeout_ms: number; readonly isBlock: boolean };

/** Frames that wait for room: some blocks of SDO block transfer. */
const OUTBOX = 4096;
type Transfer = {
  readonly client: SdoClient;
  readonly done: (result: SdoResult) => void;
};

/** With LSS slaves. */
type Dialogue = {
  readonly take: (data: Uint8Array) => void;
  readonly poll: () => void;
  readonly deadline_us: () => number;
};

export class CanopenMaster {
  /** What nodes have told of themselves. */
  readonly monitor: BusMonitor = createBusMonitor();
  /** Looks on at each frame of others. */
  onFrame: (frame: CanFrame) => void = () => {};
  readonly #now_us: () => number;
  readonly #guard: (act: () => void) => void;
  readonly #place: CanPlace;
  readonly #outbox = new CanOutbox(OUTBOX);
  readonly #transfers = new Map<number, Transfer>();
  #dialogue: Dialogue | undefined;
  #dialogues: Promise<unknown> = Promise.resolve();
  /** Of each node, when its last transfer is over. */
  readonly #queues = new Map<number, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  /** @param guard runs what could be a mistake of ours */
  constructor(hub: CanHub, now_us: () => number, guard: (act: () => void) => void) {
    this.#now_us = now_us;
    this.#guard = guard;
    this.#place = hub.attach({
      receive: (frame, time_us) => this.#take(frame, time_us),
      ready: () => this.#outbox.flush(),
    });
    this.#outbox.place = this.#place;
  }

  /** Reads an object of a node. Never rejects: what went wrong is the result's abort code. */
  read(node: number, index: number, subIndex: number, options: TransferOptions): Promise<SdoResult> {
    const mode: SdoMode = options.isBlock ? "block" : "plain";
    return this.#transfer(node, options, (client) => startUpload(client, index, subIndex, mode, this.#now_us()));
  }

  write(node: number, index: number, subIndex: number, data: Uint8Array, options: TransferOptions): Promise<SdoResult> {
    const mode: SdoMode = options.isBlock ? "block" : "plain";
    return this.#transfer(node, options, (client) =>
      startDownload(client, index, subIndex, data, mode, this.#now_us()),
    );
  }

  /** @param node 1 to 127, or 0 for all */
  nmt(node: number, command: NmtCommand): void {
    this.send(nmtFrame(command, node));
  }

  /** Sends a frame once there is room. */
  send(frame: CanFrame): void {
    this.#outbox.send(frame);
  }

  /** Has a dialogue with LSS slaves (CiA 305), one at a time. @param timeout_us how long a slave may take to answer */
  lss<T>(task: LssTask<T>, timeout_us?: number): Promise<T> {
    const run = (): Promise<T> =>
      new Promise((done) => {
        const master = createLssMaster<T>(timeout_us);
        this.#dialogue = {
          take: (data) => this.#carryOutLss(takeLssAnswer(master, data, this.#now_us()), done),
          poll: () => this.#carryOutLss(pollLssMaster(master, this.#now_us()), done),
          deadline_us: () => master.deadline_us ?? Number.POSITIVE_INFINITY,
        };
        this.#carryOutLss(beginLss(master, task, this.#now_us()), done);
      });
    const after = this.#dialogues.then(run);
    this.#dialogues = after;
    return after;
  }

  #carryOutLss<T>(step: LssMasterStep<T>, done: (value: T) => void): void {
    if (step.send !== undefined) this.send(standardFrame(COB.lssRequest, step.send));
    if ("done" in step) {
      this.#dialogue = undefined;
      done(step.done as T);
    }
    this.#arm();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#place.detach();
  }

  /** One transfer with a node at a time. */
  #transfer(node: number, options: TransferOptions, start: (client: SdoClient) => SdoClientStep): Promise<SdoResult> {
    const run = (): Promise<SdoResult> =>
      new Promise((done) => {
        const client = createSdoClient({ timeout_us: options.timeout_ms * 1000 });
        this.#transfers.set(node, { client, done });
        this.#carryOut(node, start(client));
      });
    const after = (this.#queues.get(node) ?? Promise.resolve()).then(run);
    this.#queues.set(node, after);
    return after;
  }

  #carryOut(node: number, { send, ended }: SdoClientStep): void {
    for (const data of send) this.send(standardFrame(COB.sdoRequest + node, data));
    if (ended !== undefined) this.#end(node, ended);
    this.#arm();
  }

  #end(node: number, result: SdoResult): void {
    const transfer = this.#transfers.get(node);
    this.#transfers.delete(node);
    transfer?.done(result);
  }

  #take(frame: CanFrame, time_us: number): void {
    this.onFrame(frame);
    if (frame.extended || frame.remote) return;
    if (frame.id === COB.lssAnswer) this.#dialogue?.take(frame.data);
    const node = frame.id & 0x7f;
    const service = frame.id & ~0x7f;
    observe(this.monitor, frame, time_us);
    const client = service === COB.sdoAnswer ? this.#transfers.get(node)?.client : undefined;
    if (client !== undefined && isBusy(client)) this.#carryOut(node, takeSdoAnswer(client, frame.data, this.#now_us()));
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const deadlines = [...this.#transfers.values()].map(({ client }) => client.deadline_us ?? Number.POSITIVE_INFINITY);
    const next_us = Math.min(this.#dialogue?.deadline_us() ?? Number.POSITIVE_INFINITY, ...deadlines);
    if (!Number.isFinite(next_us)) return;
    const wait_ms = Math.max(0, Math.ceil((next_us - this.#now_us()) / 1000));
    this.#timer = setTimeout(() => this.#guard(() => this.#poll()), wait_ms);
  }

  #poll(): void {
    if (this.#dialogue !== undefined && this.#dialogue.deadline_us() <= this.#now_us()) this.#dialogue.poll();
    for (const [node, { client }] of [...this.#transfers])
      if ((client.deadline_us ?? Number.POSITIVE_INFINITY) <= this.#now_us())
        this.#carryOut(node, pollSdoClient(client, this.#now_us()));
    this.#arm();
  }
}
