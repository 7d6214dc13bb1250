// An SDO client and a server on a bus that loses, repeats and reorders frames by a seed; for tests and the fuzzer. A copy comes
// right behind its original, as on CAN, where a sender that has not seen the acknowledgement repeats the frame. Only frames
// that wait in one sender at the same time change places.

import { type Random, uniform } from "../../src/base/random.ts";
import type { FileOutcome } from "../../src/canopen/object.ts";
import { pollSdoClient, takeSdoAnswer } from "../../src/canopen/sdo-client.ts";
import type { SdoClient, SdoClientStep, SdoResult } from "../../src/canopen/sdo-client-state.ts";
import { pollSdoServer, takeSdoOutcome, takeSdoRequest } from "../../src/canopen/sdo-server.ts";
import type { SdoServer, SdoServerStep, SdoTicket } from "../../src/canopen/sdo-server-state.ts";
import type { Outcome } from "../../src/model/asking.ts";

/** Probabilities of a frame: to be lost, to come twice, to change places with the next one. */
export type Faults = { readonly loss: number; readonly copies: number; readonly swaps: number };
export const NO_FAULTS: Faults = { loss: 0, copies: 0, swaps: 0 };

export type SdoBus = {
  readonly client: SdoClient;
  readonly server: SdoServer;
  readonly random: Random;
  readonly faults: Faults;
  /** What the device says to what the server asks of it. */
  readonly outcome: (ticket: SdoTicket) => Outcome | FileOutcome;
  readonly toServer: Uint8Array[];
  readonly toClient: Uint8Array[];
  readonly tickets: SdoTicket[];
  now_us: number;
  frames: number;
};

export const createSdoBus = (
  client: SdoClient,
  server: SdoServer,
  random: Random,
  faults: Faults,
  outcome: SdoBus["outcome"] = () => ({ kind: "busy" }),
): SdoBus => ({
  ...{ client, server, random, faults, outcome, toServer: [], toClient: [], tickets: [], now_us: 0, frames: 0 },
});

/** More turns than the longest transfer with all its repetitions needs. */
const TURNS_MAX = 1_000_000;
const FRAME_us = 500;

/** Carries a transfer that was just begun to its end. Throws where it never ends. */
export function carryTransfer(bus: SdoBus, begun: SdoClientStep): SdoResult {
  let ended = takeClientStep(bus, begun);
  for (let turn = 0; ended === undefined; turn++) {
    if (turn === TURNS_MAX) throw new Error("the transfer never ends");
    ended = takeTurn(bus);
  }
  return ended;
}

/** Lets all frames come and all time-outs pass. */
export function settle(bus: SdoBus): void {
  for (let turn = 0; !isQuiet(bus); turn++) {
    if (turn === TURNS_MAX) throw new Error("the bus never comes to rest");
    takeTurn(bus);
  }
}

const isQuiet = ({ client, server, toServer, toClient, tickets }: SdoBus): boolean =>
  toServer.length + toClient.length + tickets.length === 0 &&
  client.deadline_us === undefined &&
  server.deadline_us === undefined;

function takeTurn(bus: SdoBus): SdoResult | undefined {
  const { toServer, toClient, tickets, random } = bus;
  const ways = [toServer, toClient, tickets].filter((way) => way.length > 0);
  if (ways.length === 0) return passTime(bus);
  const way = ways[Math.floor(uniform(random) * ways.length)];
  if (way === tickets) return answerTicket(bus);
  return deliver(bus, way === toServer ? toServer : toClient);
}

function deliver(bus: SdoBus, queue: Uint8Array[]): SdoResult | undefined {
  const { random, faults } = bus;
  bus.now_us += FRAME_us;
  bus.frames++;
  if (queue.length > 1 && uniform(random) < faults.swaps) queue.splice(0, 2, queue[1]!, queue[0]!);
  const frame = queue.shift()!;
  if (uniform(random) < faults.loss) return undefined;
  const first = hand(bus, queue, frame);
  return uniform(random) < faults.copies ? (hand(bus, queue, frame) ?? first) : first;
}

function hand(bus: SdoBus, queue: Uint8Array[], frame: Uint8Array): SdoResult | undefined {
  if (queue === bus.toClient) return takeClientStep(bus, takeSdoAnswer(bus.client, frame, bus.now_us));
  takeServerStep(bus, takeSdoRequest(bus.server, frame, bus.now_us));
  return undefined;
}

function answerTicket(bus: SdoBus): undefined {
  const ticket = bus.tickets.shift()!;
  takeServerStep(bus, takeSdoOutcome(bus.server, ticket, bus.outcome(ticket), bus.now_us));
}

/** Nothing is on its way: on to the next time-out. */
function passTime(bus: SdoBus): SdoResult | undefined {
  const { client, server } = bus;
  const next_us = Math.min(client.deadline_us ?? Infinity, server.deadline_us ?? Infinity);
  if (next_us === Infinity) throw new Error("both sides wait, neither for a time");
  bus.now_us = next_us;
  takeServerStep(bus, pollSdoServer(server, next_us));
  return takeClientStep(bus, pollSdoClient(client, next_us));
}

function takeClientStep({ toServer }: SdoBus, { send, ended }: SdoClientStep): SdoResult | undefined {
  toServer.push(...send);
  return ended;
}

function takeServerStep({ toClient, tickets }: SdoBus, { send, ticket }: SdoServerStep): void {
  toClient.push(...send);
  if (ticket !== undefined) tickets.push(ticket);
}
