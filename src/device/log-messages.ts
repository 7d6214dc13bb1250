// What the loop's thread and the log's thread say to each other. Requests are carried out in order; at most one "write" is
// on its way, so that what the disk does not take is held, counted and dropped on the loop's side.

import type { LogReport } from "../core/equipment.ts";
import type { LogMessage } from "../log/topics.ts";
import type { LogBeginning } from "./log-growing.ts";
import type { LogLimits } from "./log-rotation.ts";
import type { Loss, MediumTrouble } from "./log-trouble.ts";

/** What the thread is started with. */
export const LOG_THREAD = "the log of a device";

export type LogRequest =
  | { readonly kind: "open"; readonly folder: string; readonly limits: LogLimits; readonly beginning: LogBeginning }
  | {
      readonly kind: "write";
      readonly messages: readonly LogMessage[];
      readonly isUrgent: boolean;
      /** Dropped on the loop's side since the last write. */
      readonly losses: readonly Loss[];
      readonly reason: MediumTrouble;
    }
  | { readonly kind: "begin"; readonly beginning: LogBeginning }
  | { readonly kind: "limit"; readonly limits: LogLimits }
  | { readonly kind: "flush" }
  | { readonly kind: "close" };

export type LogAnswer =
  | { readonly kind: "opened" }
  /** The last "write" was taken over. */
  | { readonly kind: "written" }
  | { readonly kind: "flushed"; readonly isWritten: boolean }
  | { readonly kind: "closed" }
  /** Unasked. */
  | { readonly kind: "acknowledged"; readonly time_us: number }
  | { readonly kind: "report"; readonly report: LogReport }
  | { readonly kind: "remark"; readonly remark: string }
  | { readonly kind: "newFile" };
