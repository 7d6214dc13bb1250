// What the loop's thread and the store's thread say to each other. Requests are carried out in order, each gets one answer.

import type { Contents, KeptChanges, Refusal, Saved } from "./store.ts";

export type StoreRequest =
  | { readonly kind: "open"; readonly folder: string; readonly setup: string }
  | { readonly kind: "save"; readonly saved: Saved }
  | { readonly kind: "keep"; readonly changes: KeptChanges }
  | { readonly kind: "close" };

export type StoreAnswer =
  | { readonly ok: true; readonly contents?: Contents }
  | { readonly ok: false; readonly message: string; readonly refusal?: Refusal };
