// A process whose log and store are held by calls that never come back, and that leaves all the same: with code 3 once both
// patiences are over. Its argument: the data folder. Started by the test of leaving.
import { heldThreads, leave } from "../../src/device/leaving.ts";
import { LogThread } from "../../src/device/log-thread.ts";
import { StoreThread } from "../../src/device/store-thread.ts";
import { BEGINNING, LIMITS, row } from "./log-run.ts";
import { mkfifo } from "./mkfifo.ts";

const data = process.argv[2] ?? "";
const rig = (name: string): URL => new URL(`./${name}`, import.meta.url);
const log = LogThread.open(`${data}/log`, LIMITS, BEGINNING, {
  worker: rig("stalling-log-worker.ts"),
  patience_ms: 300,
});
const { store } = await StoreThread.open(data, "default", { worker: rig("stalling-store-worker.ts"), stalled_ms: 300 });
await log.flush();
mkfifo(`${data}/blocked`);
const held = Promise.all([
  new Promise<void>((resolve) => {
    log.onReport = ({ trouble }) => trouble === 4 && resolve();
  }),
  new Promise<void>((resolve) => {
    store.onReport = (trouble) => trouble === 4 && resolve();
  }),
]);
log.write([row(0)], true);
const kept = store.keep({ "battery.cells": 12 });
await held;
const isWritten = await log.close(50);
await store.close(50);
process.stdout.write(JSON.stringify({ isWritten, revision: await kept, held: heldThreads() }));
await leave(3);
