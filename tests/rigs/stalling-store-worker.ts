// The store's thread with a disk that stands still as long as a file "stall" lies in the data folder, that never answers
// again while there is a pipe "blocked", and that dies of a bug at an event of the text "deadly", or once for a file "bug".
// The tests of the thread start it in place of the real worker.
import { existsSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import type { StoreRequest } from "../../src/device/store-messages.ts";
import { serveStore } from "../../src/device/store-serving.ts";

const cell = new Int32Array(new SharedArrayBuffer(4));
let folder = "";

function obey(request: StoreRequest): void {
  if (request.kind === "open") folder = request.folder;
  while (existsSync(join(folder, "stall"))) Atomics.wait(cell, 0, 0, 5);
  if (existsSync(join(folder, "blocked"))) openSync(join(folder, "blocked"), "r"); // until someone writes: nobody does
  if (request.kind === "open") return;
  if (existsSync(join(folder, "bug"))) {
    rmSync(join(folder, "bug"));
    throw new Error("a bug of our own");
  }
  if (request.kind === "journal" && request.drafts.some(({ text }) => text === "deadly")) throw new Error("deadly");
}

if (parentPort !== null) serveStore(parentPort, obey);
