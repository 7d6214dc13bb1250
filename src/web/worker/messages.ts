// What a page and the worker that runs its virtual device say to each other.

import type { SettingValue } from "../../model/settings.ts";
import type { OperationName } from "../../monitor/operations.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { ImageFrame } from "../../monitor/stream.ts";
import type { BusFrame, DeviceTold, EventTold, WorldTold } from "../../monitor/told.ts";
import type { Wish } from "../link/link.ts";

/** Which device in which world. */
export type VirtualStart = {
  readonly name: string;
  /** BENCH, or the name of a shipped scenario, which brings its own settings. */
  readonly scenario: string;
  readonly seed: number;
  /** Settings of the device on the bench that differ from the defaults. */
  readonly changes: Readonly<Record<string, SettingValue>>;
  readonly speed: number;
};

/** The plain world, in which nothing happens but what people do. */
export const BENCH = "bench";

export type ToWorker =
  /** Begins, or begins anew. */
  | { readonly kind: "start"; readonly start: VirtualStart }
  | { readonly kind: "want"; readonly wish: Wish }
  /** The log that is kept in memory, as the parts of a file. */
  | { readonly kind: "log"; readonly id: number }
  | { readonly kind: "call"; readonly id: number; readonly name: OperationName; readonly input: unknown };

export type FromWorker =
  | { readonly kind: "reply"; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly kind: "image"; readonly image: Float64Array; readonly frame: ImageFrame }
  | { readonly kind: "device"; readonly told: DeviceTold }
  | { readonly kind: "world"; readonly told: WorldTold }
  | { readonly kind: "events"; readonly events: readonly EventTold[] }
  | { readonly kind: "bus"; readonly frames: readonly BusFrame[]; readonly last: number }
  /** Our own mistake: the device stands still, its contactors are open. */
  | { readonly kind: "failed"; readonly message: string };
