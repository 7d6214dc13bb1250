// What the device has been asked and has not answered yet. A late answer to what nobody waits for any more finds no ticket.

import type { Asked, Outcome } from "../model/asking.ts";
import { askDevice, type Outbox } from "./node-step.ts";
import type { FileAsked, FileOutcome } from "./object.ts";

type Continue = (outcome: Outcome | FileOutcome) => void;
export type Tickets = { next: number; readonly open: Map<number, Continue> };

/** Nobody waits. */
export const createTickets = (): Tickets => ({ next: 1, open: new Map() });

/** Asks the device; `go` runs with its answer, in the step that brings it. The number, to forget it with. */
export function openTicket(tickets: Tickets, out: Outbox, asked: Asked | FileAsked, go: Continue): number {
  const ticket = tickets.next;
  tickets.next = ticket === Number.MAX_SAFE_INTEGER ? 1 : ticket + 1;
  tickets.open.set(ticket, go);
  askDevice(out, asked, ticket);
  return ticket;
}

/** Goes on with what the device answers; a ticket that was forgotten does nothing. */
export function closeTicket(tickets: Tickets, ticket: number, outcome: Outcome | FileOutcome): void {
  const go = tickets.open.get(ticket);
  tickets.open.delete(ticket);
  go?.(outcome);
}
