// `npm run fuzz -- modbus [--frames N] [--seed S] [--seconds T]`: bad input at length. A million frames against the server in
// this process, then floods, slow and broken clients against a running device, whose control loop must not feel them.
// `npm run fuzz -- sdo [--frames N] [--seed S]`: a million frames between an SDO client and server in this process.
// `npm run fuzz -- can [--frames N] [--seed S]`: a million frames to the device's node and its partners in this process.
// `npm run fuzz -- console [--lines N] [--seed S]`: 200 000 lines to consoles over the device's dictionary in this process.
// `npm run fuzz -- can-load [--seconds T] [--seed S]`: a bus of 1 Mbit/s, full for a minute, on a running device.
// `npm run fuzz -- monitor-load [--seconds T]`: 50 readers of the stream and 500 requests a second on a running monitor, for a minute.

import "../src/cli/engine.ts";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fuzzCan } from "./fuzz/can-fuzz.ts";
import { type CanLoad, loadDevice } from "./fuzz/can-load.ts";
import { fuzzConsole } from "./fuzz/console-fuzz.ts";
import { floodDevice } from "./fuzz/modbus-flood.ts";
import { fuzzSerial, fuzzTcp } from "./fuzz/modbus-fuzz.ts";
import { loadMonitor } from "./fuzz/monitor-load.ts";
import { fuzzSdo } from "./fuzz/sdo-fuzz.ts";

const option = (name: string, preset: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : Number(process.argv[at + 1]);
};

const progress = (title: string, all: number) => (done: number) => {
  process.stderr.write(`\r${title} ${done} of ${all}`);
};

function report(title: string, holds: boolean, text: string): void {
  console.log(`${holds ? "✓" : "✗"} ${title}: ${text}`);
  if (!holds) process.exitCode = 1;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const megabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

async function fuzzModbus(): Promise<void> {
  const frames = option("frames", 1_000_000);
  const seed = option("seed", 1);
  fuzzSerial(seed, 2000); // what the engine keeps once
  fuzzTcp(seed, 2000);
  for (const [title, fuzz] of [
    ["serial line", fuzzSerial],
    ["TCP", fuzzTcp],
  ] as const) {
    const before_MB = megabytes();
    const counts = fuzz(seed, frames / 2, progress(title, frames / 2));
    const grown_MB = megabytes() - before_MB;
    process.stderr.write("\r\x1b[K");
    report(`${title}, seed ${seed}`, true, JSON.stringify(counts));
    report(`${title}, memory`, grown_MB < 5, `${grown_MB.toFixed(1)} MB more`);
  }
  const flood = await floodDevice(option("seconds", 30));
  report(
    "running device, ticks overrun under flood",
    flood.overruns <= flood.overrunsAtRest + 1,
    `${flood.overruns}, at rest ${flood.overrunsAtRest}`,
  );
  report(
    "running device, memory",
    flood.memory_MB < flood.memoryAtRest_MB + 30,
    `${flood.memoryAtRest_MB.toFixed(0)} to ${flood.memory_MB.toFixed(0)} MB`,
  );
  report(
    "running device, settings and journal",
    flood.trouble === "",
    flood.trouble === "" ? "unchanged, no internal error" : flood.trouble,
  );
  report("running device, taken", flood.sent_MB > 1, `${flood.sent_MB.toFixed(1)} MB of bad input`);
}

function fuzzSdoFrames(): void {
  const frames = option("frames", 1_000_000);
  const seed = option("seed", 1);
  fuzzSdo(seed, 20_000); // what the engine keeps once
  const before_MB = megabytes();
  const counts = fuzzSdo(seed, frames, progress("SDO", frames));
  const grown_MB = megabytes() - before_MB;
  process.stderr.write("\r\x1b[K");
  report(`SDO, seed ${seed}`, true, JSON.stringify(counts));
  report("SDO, memory", grown_MB < 5, `${grown_MB.toFixed(1)} MB more`);
}

function fuzzCanFrames(): void {
  const frames = option("frames", 1_000_000);
  const seed = option("seed", 1);
  fuzzCan(seed, 80_000); // what the engine keeps once
  const before_MB = megabytes();
  const counts = fuzzCan(seed, frames, progress("CAN", frames));
  const grown_MB = megabytes() - before_MB;
  process.stderr.write("\r\x1b[K");
  report(`CAN, seed ${seed}`, true, JSON.stringify(counts));
  report("CAN, memory", grown_MB < 5, `${grown_MB.toFixed(1)} MB more`);
}

async function fuzzConsoleLines(): Promise<void> {
  const lines = option("lines", 200_000);
  const seed = option("seed", 1);
  await fuzzConsole(seed, 5000); // what the engine keeps once
  const before_MB = megabytes();
  const counts = await fuzzConsole(seed, lines, progress("console", lines));
  const grown_MB = megabytes() - before_MB;
  process.stderr.write("\r\x1b[K");
  report(`console, seed ${seed}`, true, JSON.stringify(counts));
  report("console, memory", grown_MB < 5, `${grown_MB.toFixed(1)} MB more`);
}

async function loadCan(): Promise<void> {
  const seconds = option("seconds", 60);
  const seed = option("seed", 1);
  const load: CanLoad = await loadDevice(seconds, seed, progress("CAN load, seconds", 2 * seconds + 3));
  process.stderr.write("\r\x1b[K");
  const { heard_per_s, sent_per_s, utilisation, overruns, overrunsAtRest, trouble } = load;
  const grown = (before_MB: number, after_MB: number): string => `${before_MB.toFixed(1)} to ${after_MB.toFixed(1)} MB`;
  report(
    `bus, seed ${seed}`,
    utilisation >= 0.8,
    `${heard_per_s.toFixed(0)} frames/s heard, ${sent_per_s.toFixed(0)} sent: ${(100 * utilisation).toFixed(0)} % of what the bit rate allows`,
  );
  report("ticks overrun under load", overruns <= overrunsAtRest + 1, `${overruns}, at rest ${overrunsAtRest}`);
  report("memory", load.memory_MB < load.memoryAtRest_MB + 30, grown(load.memoryAtRest_MB, load.memory_MB));
  report("heap after collection", load.heap_MB < load.heapAtRest_MB + 3, grown(load.heapAtRest_MB, load.heap_MB));
  report("settings, contactors, journal, ports", trouble === "", trouble === "" ? "as they were; all answer" : trouble);
}

async function loadServer(): Promise<void> {
  const load = await loadMonitor(option("seconds", 60));
  const { overruns, overrunsAtRest, witness, witnessAtRest, requests, failed, p50_ms, p99_ms, leastRate_Hz } = load;
  const percent = (part: number): string => `${(100 * part).toFixed(0)} %`;
  const ofOther = `a process that only sleeps was woken a tick late ${witness} and ${witnessAtRest} times`;
  report(
    "ticks overrun under load",
    overruns <= Math.max(overrunsAtRest, witness) + 1,
    `${overruns}, at rest ${overrunsAtRest}; ${ofOther}`,
  );
  report("time lost", load.lost_s === 0, `${load.lost_s} s`);
  report("requests", failed === 0 && requests > 0, `${requests} answered, ${failed} failed`);
  report(
    "time of a snapshot",
    p99_ms <= 50,
    `half within ${p50_ms.toFixed(1)} ms, 99 % within ${p99_ms.toFixed(1)} ms`,
  );
  report("pictures", leastRate_Hz > 15, `${leastRate_Hz.toFixed(1)} in a second for the reader that got fewest`);
  const memory = `${load.deviceAtRest_MB.toFixed(0)} to ${load.device_MB.toFixed(0)} MB; server ${load.server_MB.toFixed(0)} MB`;
  report("memory of the device", load.device_MB < load.deviceAtRest_MB + 30, memory);
  report(
    "processor",
    true,
    `device ${percent(load.deviceAtRest)} to ${percent(load.device)}, server ${percent(load.server)}`,
  );
}

const SUBJECTS: Readonly<Record<string, () => void | Promise<void>>> = {
  ...{ modbus: fuzzModbus, sdo: fuzzSdoFrames, can: fuzzCanFrames, console: fuzzConsoleLines, "can-load": loadCan },
  "monitor-load": loadServer,
};
const fuzz = SUBJECTS[process.argv[2] ?? ""];
if (fuzz === undefined) {
  console.error(
    `usage: npm run fuzz -- ${Object.keys(SUBJECTS).join("|")} [--frames N] [--lines N] [--seed S] [--seconds T]`,
  );
  process.exitCode = 2;
} else await fuzz();
