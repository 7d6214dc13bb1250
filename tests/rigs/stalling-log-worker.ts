// The log's thread with a disk that stands still as long as a file "stall" lies beside the log's folder, that never answers
// again while there is a pipe "blocked", that fails as a read-only one while there is a file "read-only", and that dies of
// a bug while there is a file "bug". The tests of the thread start it in place of the real worker.
import { existsSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort } from "node:worker_threads";
import { AssertionError } from "../../src/base/assert.ts";
import { DISK, type LogFiles, type LogHandle } from "../../src/device/log-files.ts";
import { serveLog } from "../../src/device/log-service.ts";

const cell = new Int32Array(new SharedArrayBuffer(4));

function obey({ path }: LogHandle): void {
  const data = dirname(dirname(path));
  while (existsSync(join(data, "stall"))) Atomics.wait(cell, 0, 0, 5);
  if (existsSync(join(data, "blocked"))) openSync(join(data, "blocked"), "r"); // until someone writes: nobody does
  if (existsSync(join(data, "read-only"))) throw Object.assign(new Error("read-only"), { code: "EROFS" });
  if (existsSync(join(data, "bug"))) throw new AssertionError("a bug of our own");
}

const files: LogFiles = {
  ...DISK,
  write: (handle, bytes, offset) => {
    obey(handle);
    DISK.write(handle, bytes, offset);
  },
  sync: (handle) => {
    obey(handle);
    DISK.sync(handle);
  },
};

if (parentPort !== null) serveLog(parentPort, files);
