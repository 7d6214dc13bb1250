// The thread that owns the store: the loop hands it bytes and goes on, however long the disk takes.
// Started from store-thread.ts.

import { parentPort, workerData } from "node:worker_threads";
import { Store, StoreError } from "./store.ts";
import type { StoreAnswer, StoreRequest } from "./store-messages.ts";

let store: Store | undefined;
let setup = "";

function carryOut(request: StoreRequest): StoreAnswer {
  switch (request.kind) {
    case "open":
      store = Store.open(request.folder);
      setup = request.setup;
      return { ok: true, contents: store.read(setup) };
    case "save":
      store?.save(setup, request.saved);
      return { ok: true };
    case "keep":
      store?.keep(setup, request.changes);
      return { ok: true };
    case "close":
      store?.close();
      store = undefined;
      return { ok: true };
  }
}

function answer(request: StoreRequest): StoreAnswer {
  try {
    return carryOut(request);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof StoreError ? { ok: false, message, refusal: error.refusal } : { ok: false, message };
  }
}

/** What the thread is started with; in any other thread this file does nothing. */
export const STORE_THREAD = "the store of a device";

if (workerData === STORE_THREAD) {
  parentPort?.on("message", (request: StoreRequest) => {
    parentPort?.postMessage(answer(request));
    if (request.kind === "close") parentPort?.close();
  });
}
