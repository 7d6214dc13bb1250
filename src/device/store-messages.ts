// What the loop's thread and the store's thread say to each other. Requests are carried out in order, each gets one answer.

import type { EventDraft, JournalEntry } from "../model/events.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import type { Contents, Saved } from "./store.ts";
import type { Account } from "./store-accounts.ts";
import type { Refusal } from "./store-error.ts";
import type { ChangedBy } from "./store-settings.ts";

/** What the thread is started with; in any other thread its file does nothing. */
export const STORE_THREAD = "the store of a device";

export type StoreRequest =
  | { readonly kind: "open"; readonly folder: string; readonly setup: string }
  | { readonly kind: "save"; readonly saved: Saved }
  | { readonly kind: "keep"; readonly changes: KeptChanges; readonly by: ChangedBy }
  | { readonly kind: "journal"; readonly drafts: readonly EventDraft[]; readonly settings: string }
  | { readonly kind: "frame"; readonly sequence: number; readonly bytes: Uint8Array }
  | { readonly kind: "putAccount"; readonly account: Account }
  | { readonly kind: "removeAccount"; readonly name: string }
  | { readonly kind: "accounts" }
  /** Of the setup that is open. */
  | { readonly kind: "memo"; readonly name: string }
  | { readonly kind: "putMemo"; readonly name: string; readonly text: string | undefined }
  /** When the open setup was first used with a pack. */
  | { readonly kind: "firstUse"; readonly pack: string }
  | { readonly kind: "close" };

export type StoreAnswer =
  | {
      readonly ok: true;
      readonly contents?: Contents;
      readonly revision?: number;
      readonly entries?: readonly JournalEntry[];
      readonly accounts?: readonly Account[];
      readonly memo?: string | undefined;
      /** Wall time, ms since 1970. */
      readonly firstUsed_ms?: number | undefined;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly refusal?: Refusal;
      /** Code of the signal storeTrouble. */
      readonly trouble?: number;
      /** The thread has died of it twice: not to be tried again. Said on the loop's side. */
      readonly isDeadly?: true;
    };
