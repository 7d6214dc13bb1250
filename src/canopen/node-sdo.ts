// The SDO server of a node (1200h) between bus and device: frames in, answers out, what has to be asked with a ticket.

import { COB } from "./cob-id.ts";
import { allows } from "./nmt-state.ts";
import { NEVER_us, type Node } from "./node-state.ts";
import { sendFrame } from "./node-step.ts";
import { pollSdoServer, takeSdoOutcome, takeSdoRequest } from "./sdo-server.ts";
import type { SdoServerStep } from "./sdo-server-state.ts";
import { openTicket } from "./tickets.ts";

/** A frame of the node's SDO client, where the state lets SDO through. */
export function takeSdo(node: Node, request: Uint8Array): void {
  if (allows(node.state, "sdo")) pass(node, takeSdoRequest(node.sdo, request, node.now_us));
}

function pass(node: Node, { send, ticket }: SdoServerStep): void {
  for (const data of send) sendFrame(node.out, COB.sdoAnswer + node.nodeId, data);
  if (ticket === undefined) return;
  openTicket(node.tickets, node.out, ticket.asked, (outcome) =>
    pass(node, takeSdoOutcome(node.sdo, ticket, outcome, node.now_us)),
  );
}

/** Gives up a client that has gone silent. */
export function pollSdo(node: Node): void {
  if (node.now_us >= sdoDeadline_us(node)) pass(node, pollSdoServer(node.sdo, node.now_us));
}

/** When `pollSdo` gives up; NEVER_us: no transfer runs. */
export const sdoDeadline_us = ({ sdo }: Node): number => sdo.deadline_us ?? NEVER_us;
