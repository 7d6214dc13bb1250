// The thread that owns the log's files: the loop hands it records and goes on, however long the disk takes.
// Started from log-thread.ts.

import { parentPort, workerData } from "node:worker_threads";
import { DISK } from "./log-files.ts";
import { LOG_THREAD } from "./log-messages.ts";
import { serveLog } from "./log-service.ts";

if (workerData === LOG_THREAD && parentPort !== null) serveLog(parentPort, DISK);
