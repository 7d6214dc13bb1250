// Going from one NMT state to another, and what begins or ends with it (CiA 301, 7.3.2): PDOs begin anew with Operational, the
// SYNC counter and the producer's cycle when SYNC is heard again, and emergencies that waited are sent.

import { sendEmergencies } from "./emergency.ts";
import { allows, type NmtState } from "./nmt-state.ts";
import type { Node } from "./node-state.ts";
import { tell } from "./node-step.ts";
import { restartReceives } from "./receive-pdo.ts";
import { forgetTransfer } from "./sdo-server-state.ts";
import { restartSync } from "./sync.ts";
import { pollTransmits, restartTransmits } from "./transmit-pdo.ts";

/** Enters a state; services that it does not have end, those that it has begin anew. The same state: nothing. */
export function changeState(node: Node, state: NmtState): void {
  const before = node.state;
  if (state === before) return;
  node.state = state;
  tell(node.out, { kind: "state", state });
  if (allows(state, "sync") !== allows(before, "sync")) restartSync(node);
  if (state === "operational" || before === "operational") restartPdos(node);
  if (!allows(state, "sdo")) forgetTransfer(node.sdo);
  sendEmergencies(node);
}

function restartPdos(node: Node): void {
  restartReceives(node);
  restartTransmits(node);
  pollTransmits(node);
}
