// The thread that owns the store: the loop hands it bytes and goes on, however long the disk takes.
// Started from store-thread.ts.

import { parentPort, workerData } from "node:worker_threads";
import { Store } from "./store.ts";
import { messageOf, StoreError } from "./store-error.ts";
import { STORE_THREAD, type StoreAnswer, type StoreRequest } from "./store-messages.ts";

let store: Store | undefined;
let setup = "";

function carryOut(request: StoreRequest): StoreAnswer {
  if (request.kind === "open") {
    store = Store.open(request.folder);
    setup = request.setup;
    return { ok: true, contents: store.read(setup) };
  }
  return store === undefined ? { ok: false, message: "the store is not open" } : carryOutOn(store, request);
}

function carryOutOn(open: Store, request: Exclude<StoreRequest, { kind: "open" }>): StoreAnswer {
  switch (request.kind) {
    case "save":
      open.save(setup, request.saved);
      return { ok: true };
    case "keep":
      return { ok: true, revision: open.keep(setup, request.changes, request.by) };
    case "journal":
      return { ok: true, entries: open.append(request.drafts, request.settings) };
    case "frame":
      open.keepFrame(request.sequence, request.bytes);
      return { ok: true };
    case "putAccount":
      open.putAccount(request.account);
      return { ok: true };
    case "removeAccount":
      open.removeAccount(request.name);
      return { ok: true };
    case "accounts":
      return { ok: true, accounts: open.accounts() };
    case "close":
      open.close();
      store = undefined;
      return { ok: true };
  }
}

function answer(request: StoreRequest): StoreAnswer {
  try {
    return carryOut(request);
  } catch (error) {
    const message = messageOf(error);
    return error instanceof StoreError ? { ok: false, message, refusal: error.refusal } : { ok: false, message };
  }
}

if (workerData === STORE_THREAD) {
  parentPort?.on("message", (request: StoreRequest) => {
    parentPort?.postMessage(answer(request));
    if (request.kind === "close") parentPort?.close();
  });
}
