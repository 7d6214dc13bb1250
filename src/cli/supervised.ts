// A process that `bms start` has started, seen from itself: what it is told by the supervisor and what it tells. When the supervisor
// dies, however it dies, the line between them breaks, and the process ends in order by itself.

import type { Health } from "./heartbeat.ts";

export type ToChild =
  | { readonly kind: "stop" }
  /** Something for a person, to be shown where this process shows things. */
  | { readonly kind: "tell"; readonly text: string }
  /** What has become of the monitor's server, also for the journal. */
  | { readonly kind: "server"; readonly text: string };
export type ToSupervisor =
  /** The device protects; the rest may start. */
  | { readonly kind: "started" }
  /** Ended in order; with a scenario: to be started again in its world, "bench" for the plain one. */
  | { readonly kind: "ended"; readonly scenario?: string }
  | { readonly kind: "tell"; readonly text: string }
  /** It lives. */
  | { readonly kind: "beat"; readonly health: Health };

/** Why the run before ended, for a device that is started again: the supervisor knows more than the data folder. */
export const ENDED_BY = "BMS_ENDED_BY";

export const isSupervised = (): boolean => process.connected === true;

/** Does nothing where there is no supervisor, or no more. */
export function tellSupervisor(message: ToSupervisor): Promise<void> {
  return new Promise((done) => {
    if (!isSupervised() || process.send === undefined) done();
    else process.send(message, undefined, {}, () => done());
  });
}

/** Until the returned function is called. The line alone keeps no process alive. */
export function listenToSupervisor(heard: (message: ToChild) => void, lost: () => void): () => void {
  if (!isSupervised()) return () => {};
  const onMessage = (message: unknown): void => heard(message as ToChild);
  process.on("message", onMessage).on("disconnect", lost);
  process.channel?.unref();
  return () => {
    process.off("message", onMessage).off("disconnect", lost);
  };
}
