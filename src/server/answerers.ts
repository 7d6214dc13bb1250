// Who answers what is asked of the server: the device over its socket, its data folder, or the accounts here. Each is one
// function from an operation's name, its input (which fits its schema) and who asks, to a reply; none of them throws for what a
// peer did wrong, and a device that is down is a reply like any other.

import type { Noted } from "../device/monitor-frames.ts";
import type { Who } from "../monitor/desk-host.ts";
import type { OPERATIONS, OperationName } from "../monitor/operations.ts";
import { type Reply, refuse } from "../monitor/problem.ts";
import type { AnswerTo, Input } from "../monitor/schemas.ts";

type By = (typeof OPERATIONS)[OperationName]["by"];
/** Names of the operations that one of the three answers. */
export type NamesBy<B extends By> = {
  [K in OperationName]: (typeof OPERATIONS)[K]["by"] extends B ? K : never;
}[OperationName];

export type Ask<Name extends OperationName, Asker = Who> = <K extends Name>(
  name: K,
  input: Input<K>,
  who: Asker,
) => Promise<Reply<AnswerTo<K>>>;

export type DeviceLink = {
  readonly ask: Ask<NamesBy<"device">>;
  /** Tells the device's journal, when the device is up; what it misses stands in the audit here all the same. */
  readonly tell: (noted: Noted) => void;
};

export type DataDesk = {
  /** `signal`: nobody waits for it any more. */
  readonly ask: <K extends NamesBy<"data">>(
    name: K,
    input: Input<K>,
    who: Who,
    signal?: AbortSignal,
  ) => Promise<Reply<AnswerTo<K>>>;
};

/** A device that is not there. */
export const NO_DEVICE: DeviceLink = {
  ask: async () => refuse("unavailable", "the device does not answer: it is starting again or has been stopped"),
  tell: () => {},
};

/** A data folder that is not there. */
export const NO_DATA: DataDesk = {
  ask: async () => refuse("unavailable", "the data folder cannot be read"),
};
