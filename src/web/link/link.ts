// The one seam between the pages and a device: what they ask by name (monitor/operations.ts) and what they are told while they look.
// A device behind a server, one that runs in this page's worker, and one at a serial port all look the same from here.

import type { OperationName } from "../../monitor/operations.ts";
import type { Problem } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { ImageFrame } from "../../monitor/stream.ts";
import type { BusFrame, DeviceTold, EventTold, WorldTold } from "../../monitor/told.ts";

/** connecting: not yet, or again; up: told all the time; down: the server is there, the device is not. */
export type LinkState = "connecting" | "up" | "down";

/** What a page is told. The image is the link's own array: read it at once. */
export type LinkListener = {
  /** `why`: what broke it, for a person, where that is known. */
  readonly state: (state: LinkState, why?: string) => void;
  readonly image: (image: Float64Array, frame: ImageFrame) => void;
  readonly device: (told: DeviceTold) => void;
  readonly world: (told: WorldTold) => void;
  readonly events: (events: readonly EventTold[]) => void;
  readonly bus: (frames: readonly BusFrame[], last: number) => void;
};

/** How often at most, and of what besides the signals. */
export type Wish = { readonly rate_Hz: number; readonly bus: boolean; readonly world: boolean };

export type Home = "server" | "virtual" | "serial";

export interface Link {
  readonly home: Home;
  /** What this link can carry out; a page that needs another operation says so instead of failing. */
  readonly can: (name: OperationName) => boolean;
  /** Rejects with a ProblemError, whatever went wrong. */
  readonly call: <K extends OperationName>(name: K, input: Input<K>, signal?: AbortSignal) => Promise<AnswerTo<K>>;
  /** A log file by the name that `logs` tells, as far as it is written. Rejects with a ProblemError. */
  readonly log?: (name: string, signal?: AbortSignal) => Promise<Blob>;
  readonly open: (listener: LinkListener) => void;
  readonly want: (wish: Wish) => void;
  readonly close: () => void;
  /** Where not everything can be told at once: the signals that are looked at, to be told first. */
  readonly attend?: (signals: ReadonlySet<string>) => void;
  /** Where the device runs in this page: begins anew, also in another world. */
  readonly restart?: () => void;
}

/** What was asked was not done; the message is for a person. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}
