// Serves a store at the far end of a port: each request gets one answer, in order, whatever goes wrong with the disk. The
// thread's entry is store-worker.ts; tests serve one that stands still or dies.

import type { MessagePort } from "node:worker_threads";
import { messageOf } from "../base/error-text.ts";
import { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";
import type { StoreAnswer, StoreRequest } from "./store-messages.ts";
import { troubleOfStore } from "./store-trouble.ts";

type Service = { store: Store | undefined; setup: string };

/** `before`: called with each request before it is carried out; what it throws ends the thread. */
export function serveStore(port: MessagePort, before: (request: StoreRequest) => void = () => {}): void {
  const service: Service = { store: undefined, setup: "" };
  port.on("message", (request: StoreRequest) => {
    before(request);
    port.postMessage(answer(service, request));
    if (request.kind === "close") port.close();
  });
}

function answer(service: Service, request: StoreRequest): StoreAnswer {
  try {
    return carryOut(service, request);
  } catch (error) {
    const told = { ok: false, message: messageOf(error), trouble: troubleOfStore(error) } as const;
    return error instanceof StoreError ? { ...told, refusal: error.refusal } : told;
  }
}

function carryOut(service: Service, request: StoreRequest): StoreAnswer {
  if (request.kind === "open") {
    service.store = Store.open(request.folder);
    service.setup = request.setup;
    return { ok: true, contents: service.store.read(service.setup) };
  }
  if (service.store === undefined) return { ok: false, message: "the store is not open" };
  return carryOutOn(service, service.store, request);
}

function carryOutOn(service: Service, open: Store, request: Exclude<StoreRequest, { kind: "open" }>): StoreAnswer {
  switch (request.kind) {
    case "save":
      open.save(service.setup, request.saved);
      return { ok: true };
    case "keep":
      return { ok: true, revision: open.keep(service.setup, request.changes, request.by) };
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
    case "memo":
      return { ok: true, memo: open.memo(service.setup, request.name) };
    case "putMemo":
      open.putMemo(service.setup, request.name, request.text);
      return { ok: true };
    case "firstUse":
      return { ok: true, firstUsed_ms: open.firstUse(service.setup, request.pack) };
    case "close":
      service.store = undefined;
      open.close();
      return { ok: true };
  }
}
