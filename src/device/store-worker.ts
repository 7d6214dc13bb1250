// The thread that owns the store: the loop hands it bytes and goes on, however long the disk takes.
// Started from store-link.ts.

import { parentPort, workerData } from "node:worker_threads";
import { STORE_THREAD } from "./store-messages.ts";
import { serveStore } from "./store-serving.ts";

if (workerData === STORE_THREAD && parentPort !== null) serveStore(parentPort);
