// A running device on a bus of 1 Mbit/s that is full: bad and good frames through both of its doors at once, as many as the bus carries.
// How its ticks, its memory, its settings and its contactors fare, against a time of rest just before.

import { join } from "node:path";
import { frameBits } from "../../src/can/bit-time.ts";
import type { CanLink } from "../../src/device/can-link.ts";
import { MACHINE_CLOCK } from "../../src/device/machine-clock.ts";
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
  /** Both, as a share of the frames of this traffic that the bit rate allows, one directly after the other. */
  readonly utilisation: number;
  /** What went wrong; "" where nothing did. */
  readonly trouble: string;
};

const BIT_RATE_kbit_s = 1000;
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
      ...{
        can: { bitRate: `${BIT_RATE_kbit_s}` },
        canPort: { serverPort: ports.can },
        console: { tcpPort: ports.console },
      },
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
  const counts: Line[] = [rest];
  const count = (line: Line): void => {
    watch(line);
    if (line.signals["canReceived"] !== counts.at(-1)?.signals["canReceived"]) counts.push(line);
  };
  const began = await device.after(rest.time_s + 1, count);
  const end = await device.after(began.time_s + seconds, count);
  const memory_MB = device.memory_MB();
  await stop();
  await device.after(end.time_s + 1, count);
  const rates = ratesOf(counts[1], counts.at(-1));
  return {
    ...{ overrunsAtRest: rest.overruns - first.overruns, overruns: end.overruns - began.overruns },
    ...{ memoryAtRest_MB, memory_MB, heapAtRest_MB, heap_MB: await heapAfterCollection_MB(device.debugger()) },
    ...{ ...rates, utilisation: (rates.heard_per_s + rates.sent_per_s) / mostFrames_per_s(seed) },
    trouble: [
      ...(device.settings() === settings ? [] : ["a setting changed"]),
      ...(contactors.size === 1 ? [] : [`contactors moved: ${[...contactors].join(" ")}`]),
      ...[device.mistakes(), await silentPorts(device.data, ports)].filter((words) => words !== ""),
    ].join("; "),
  };
}

/** Frames are told every ten seconds and with other news, as that a program has come to the bus or gone: between two such lines. */
function ratesOf(from: Line | undefined, to: Line | undefined): Pick<CanLoad, "heard_per_s" | "sent_per_s"> {
  if (from === undefined || to === undefined || to.time_s - from.time_s < 1) return { heard_per_s: 0, sent_per_s: 0 };
  const rate = (name: string): number =>
    ((to.signals[name] ?? 0) - (from.signals[name] ?? 0)) / (to.time_s - from.time_s);
  return { heard_per_s: rate("canReceived"), sent_per_s: rate("canSent") };
}

const SAMPLE = 20_000;

/** Frames of this traffic that the bit rate allows in a second. */
function mostFrames_per_s(seed: number): number {
  const traffic = createTraffic(seed);
  let bits = 0;
  for (let i = 0; i < SAMPLE; i++) bits += frameBits(traffic());
  return (BIT_RATE_kbit_s * 1000 * SAMPLE) / bits;
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
  const terminal = { path: join(data, "ports/can"), baud: 115_200, rate_kbit_s: BIT_RATE_kbit_s } as const;
  links.push(await openSlcan(terminal, MACHINE_CLOCK.now_us, heedless(pumpAll)));
  const timer = setInterval(pumpAll, 1);
  return async () => {
    isOver = true;
    clearInterval(timer);
    await Promise.all(links.map((link) => link.close()));
  };
}
