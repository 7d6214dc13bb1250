// A running device on a bus of 1 Mbit/s that is full: bad and good frames through both of its doors at once, as many as the bus carries.
// How its ticks, its memory, its settings and its contactors fare, against a time of rest just before.

import { join } from "node:path";
import type { CanLink } from "../../src/device/can-link.ts";
import { MACHINE_CLOCK } from "../../src/device/loop.ts";
import { openSlcan } from "../../src/device/slcan-link.ts";
import { openSocketcand } from "../../src/device/socketcand-link.ts";
import { createTraffic } from "./can-traffic.ts";
import { heapAfterCollection_MB } from "./heap.ts";
import { heedless, type PortNumbers, silentPorts } from "./port-answers.ts";
import { freePort, type Line, type RunningDevice, startDevice } from "./running-device.ts";

export type CanLoad = {
  readonly overrunsAtRest: number;
  readonly overruns: number;
  readonly memoryAtRest_MB: number;
  readonly memory_MB: number;
  readonly heapAtRest_MB: number;
  readonly heap_MB: number;
  /** Frames the device heard and sent in a second. */
  readonly heard_per_s: number;
  readonly sent_per_s: number;
  /** What went wrong; "" where nothing did. */
  readonly trouble: string;
};

/** Until contactors are closed. s */
const WARM_s = 6;
/** The engine keeps some things once: it gets them from a load before. s */
const MOST_WARM_s = 5;

/**
 * @param seconds of rest, and of load
 * @param look called with the seconds that are over
 */
export async function loadDevice(seconds: number, seed: number, look: (done_s: number) => void): Promise<CanLoad> {
  const ports = { can: await freePort(), modbus: await freePort(), console: await freePort() };
  const device = startDevice(
    {
      ...{ can: { bitRate: "1000" }, canPort: { serverPort: ports.can }, console: { tcpPort: ports.console } },
      ...{ modbus: { tcpPort: ports.modbus }, canopen: { controlAccess: "login" } },
      genericCharger: { enable: true }, // the one that speaks at any bit rate
    },
    ["--inspect=127.0.0.1:0"],
  );
  try {
    return await measure(device, ports, seconds, seed, look);
  } finally {
    device.end();
  }
}

async function measure(
  device: RunningDevice,
  ports: PortNumbers,
  seconds: number,
  seed: number,
  look: (done_s: number) => void,
): Promise<CanLoad> {
  const contactors = new Set<string>();
  const watch = (line: Line): void => {
    contactors.add(JSON.stringify(line.contactors));
    look(Math.max(0, Math.round(line.time_s - first.time_s)));
  };
  const started = await device.after(WARM_s);
  const warm = await startLoad(device, ports.can, seed + 1);
  const warmed = await device.after(started.time_s + Math.min(seconds, MOST_WARM_s));
  await warm();
  const first = await device.after(warmed.time_s + 1);
  const rest = await device.after(first.time_s + seconds, watch);
  const [memoryAtRest_MB, heapAtRest_MB] = [device.memory_MB(), await heapAfterCollection_MB(device.debugger())];
  const settings = device.settings();
  const stop = await startLoad(device, ports.can, seed);
  const began = await device.after(rest.time_s + 1, watch);
  const end = await device.after(began.time_s + seconds, watch);
  const memory_MB = device.memory_MB();
  await stop();
  const counted = await device.after(end.time_s + 1, watch); // frames are told every ten seconds, and with other news
  const time_s = end.time_s - began.time_s;
  const rate = (name: string): number => ((counted.signals[name] ?? 0) - (rest.signals[name] ?? 0)) / (time_s + 1);
  return {
    ...{ overrunsAtRest: rest.overruns - first.overruns, overruns: end.overruns - began.overruns },
    ...{ memoryAtRest_MB, memory_MB, heapAtRest_MB, heap_MB: await heapAfterCollection_MB(device.debugger()) },
    ...{ heard_per_s: rate("canReceived"), sent_per_s: rate("canSent") },
    trouble: [
      ...(device.settings() === settings ? [] : ["a setting changed"]),
      ...(contactors.size === 1 ? [] : [`contactors moved: ${[...contactors].join(" ")}`]),
      ...[device.mistakes(), await silentPorts(device.data, ports)].filter((words) => words !== ""),
    ].join("; "),
  };
}

/** Both doors, as fast as they take frames. Returns what ends it. */
async function startLoad({ data }: RunningDevice, port: number, seed: number): Promise<() => Promise<void>> {
  const links: CanLink[] = [];
  const traffic = createTraffic(seed);
  let isOver = false;
  const pump = (link: CanLink): void => {
    while (!isOver && link.hasRoom()) link.send(traffic());
  };
  const pumpAll = (): void => links.forEach(pump);
  links.push(await openSocketcand({ host: "127.0.0.1", port, channel: "can0" }, heedless(pumpAll)));
  const terminal = { path: join(data, "ports/can"), baud: 115_200, rate_kbit_s: 1000 } as const;
  links.push(await openSlcan(terminal, MACHINE_CLOCK.now_us, heedless(pumpAll)));
  const timer = setInterval(pumpAll, 1);
  return async () => {
    isOver = true;
    clearInterval(timer);
    await Promise.all(links.map((link) => link.close()));
  };
}
