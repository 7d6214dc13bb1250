// Many readers of the stream and many requests at once on a running monitor: how its device's ticks fare, against a time of rest just
// before, and how long a request takes.

import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { type RunningMonitor, readStream, type StreamReader, startMonitor } from "./running-monitor.ts";
import { startWitness } from "./witness.ts";

export type MonitorLoad = {
  readonly overrunsAtRest: number;
  readonly overruns: number;
  /** Times that a process which only sleeps was woken a tick late, in the same seconds (witness.ts). */
  readonly witnessAtRest: number;
  readonly witness: number;
  readonly lost_s: number;
  /** Requests in a second of the machine, sent whether answers came or not. */
  readonly offered_Hz: number;
  /** Answered; those without an answer have failed. */
  readonly requests: number;
  readonly failed: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Pictures in a second, of the reader that got fewest. */
  readonly leastRate_Hz: number;
  readonly device_MB: number;
  readonly deviceAtRest_MB: number;
  readonly server_MB: number;
  /** Share of a core. */
  readonly deviceAtRest: number;
  readonly device: number;
  readonly server: number;
};

const READERS = 50;
export const REQUESTS_PER_S = 500;
/** So many at a time, as often as it takes. */
const BURST = 5;
const RATE_Hz = 20;
const WARM_s = 5;
const CONNECT_s = 60;
/** For answers under way at the end. */
const LAST_ms = 10_000;

/** @param seconds of rest, and of load */
export async function loadMonitor(seconds: number): Promise<MonitorLoad> {
  const monitor = startMonitor();
  const witness = startWitness();
  try {
    const headers = await monitor.owner();
    const first = await lineAfter(monitor, WARM_s);
    const [idle, lateFirst] = [usageOf(monitor), witness.late()];
    const rest = await lineAfter(monitor, first.time_s + seconds);
    const [deviceAtRest_MB, rested, lateRested] = [memoryOf(monitor.pid("run")), usageOf(monitor), witness.late()];
    const load = startLoad(monitor.url(), headers);
    const isRead = (): true | undefined => load.readers.every(({ bytes }) => bytes > 0) || undefined;
    await monitor.until("pictures for all readers", isRead, CONNECT_s);
    const begun = await lineAfter(monitor, (monitor.lines.at(-1)?.time_s ?? 0) + 1);
    const [began, lateBegan] = [usageOf(monitor), witness.late()];
    load.begin();
    const end = await lineAfter(monitor, begun.time_s + seconds);
    const [ended, lateEnded] = [usageOf(monitor), witness.late()];
    const { times_ms, failed, counts, offered_Hz } = await load.stop();
    const passed_s = end.time_s - begun.time_s;
    return {
      ...{
        overrunsAtRest: rest.overruns - first.overruns,
        overruns: end.overruns - begun.overruns,
        lost_s: end.lost_s,
      },
      ...{ witnessAtRest: lateRested - lateFirst, witness: lateEnded - lateBegan },
      ...{ offered_Hz, requests: times_ms.length, failed, p50_ms: share(times_ms, 0.5), p99_ms: share(times_ms, 0.99) },
      leastRate_Hz: Math.min(...counts) / passed_s,
      ...{ deviceAtRest_MB, device_MB: memoryOf(monitor.pid("run")), server_MB: memoryOf(monitor.pid("serve")) },
      deviceAtRest: (rested.run - idle.run) / (rest.time_s - first.time_s),
      device: (ended.run - began.run) / passed_s,
      server: (ended.serve - began.serve) / passed_s,
    };
  } finally {
    witness.end();
    await monitor.end();
  }
}

const lineAfter = (monitor: RunningMonitor, time_s: number) =>
  monitor.until(`device time ${time_s} s`, () => monitor.lines.find((line) => line.time_s >= time_s), time_s + 60);

/** Readers at once; requests from `begin` on, in their own time whether answers come or not. */
function startLoad(url: string, headers: Readonly<Record<string, string>>) {
  const agent = new Agent({ keepAlive: true, maxSockets: READERS });
  const readers: StreamReader[] = Array.from({ length: READERS }, () =>
    readStream(url, headers, { rate_Hz: RATE_Hz, world: false, bus: false }, "", false),
  );
  const counts = new Array<number>(READERS).fill(0);
  const times_ms: number[] = [];
  let failed = 0;
  let sent = 0;
  let began_ms = 0;
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    const asked_ms = performance.now();
    const request = get(`${url}/api/v1/snapshot`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) failed++;
      response.resume().on("end", () => times_ms.push(performance.now() - asked_ms));
    });
    request.on("error", () => failed++);
  };
  const begin = (): void => {
    readers.forEach(({ socket }, i) => {
      socket.addEventListener("message", ({ data }) => {
        if (data instanceof ArrayBuffer) counts[i] = (counts[i] ?? 0) + 1;
      });
    });
    began_ms = performance.now();
    timer = setInterval(
      () => {
        const due = ((performance.now() - began_ms) * REQUESTS_PER_S) / 1000;
        for (; sent < due; sent++) ask();
      },
      (1000 * BURST) / REQUESTS_PER_S,
    );
  };
  const stop = async () => {
    clearInterval(timer);
    const offered_Hz = (sent * 1000) / (performance.now() - began_ms);
    for (const { socket } of readers) socket.close();
    const until_ms = performance.now() + LAST_ms;
    while (times_ms.length < sent && performance.now() < until_ms) await new Promise((next) => setTimeout(next, 50));
    const late = sent - times_ms.length;
    agent.destroy();
    return { times_ms, failed: Math.max(failed, late), counts, offered_Hz };
  };
  return { readers, begin, stop };
}

const share = (values: number[], part: number): number =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))] ?? Number.NaN;

const statusOf = (pid: number | undefined, file: string): string =>
  pid === undefined ? "" : readFileSync(`/proc/${pid}/${file}`, "utf8");
const memoryOf = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+)/.exec(statusOf(pid, "status"))?.[1] ?? 0) / 1024;

const HERTZ = 100;
/** Seconds of processor time that each process has had. */
function usageOf(monitor: RunningMonitor): { readonly run: number; readonly serve: number } {
  const used = (of: "run" | "serve"): number => {
    const fields = statusOf(monitor.pid(of), "stat").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / HERTZ;
  };
  return { run: used("run"), serve: used("serve") };
}
