// How evenly a running device answers SYNC: a SYNC each 10 ms over its socketcand server, and how far the time until its first TPDO is
// from what it takes usually. What is usual contains the bits of both frames on the modelled bus; what strays is the device's
// loop, the sockets, and whatever else runs on this machine.

import { standardFrame } from "../../src/base/can-frame.ts";
import { openSocketcand } from "../../src/device/socketcand-link.ts";
import { freePort, startDevice } from "../fuzz/running-device.ts";
import { atMost, type Figure, median } from "./measurement.ts";

/** The bar. */
const BAR_ms = 1;
const PERIOD_ms = 10;
const SYNCS = 1500;
/** Until the engine has warmed up. */
const WARM = 200;
/** Until contactors are closed. s */
const START_s = 5;
const SYNC = standardFrame(0x080, new Uint8Array(0));
const TPDO1 = 0x1a0;

export async function benchCanopenJitter(): Promise<Figure[]> {
  const port = await freePort();
  const device = startDevice({
    ...{ canPort: { serverPort: port, terminal: "off" }, modbus: { tcp: false }, console: { usb: false, tcp: false } },
  });
  try {
    await device.after(START_s);
    const delays_ms = (await delaysOf(port)).slice(WARM);
    const usual_ms = median(delays_ms);
    const strays_ms = delays_ms.map((delay_ms) => Math.abs(delay_ms - usual_ms)).sort((a, b) => a - b);
    const at = (part: number): number => strays_ms[Math.floor(part * strays_ms.length)] ?? Number.POSITIVE_INFINITY;
    return [
      atMost("canopen.jitter.delay", usual_ms, "ms"),
      atMost("canopen.jitter.median", at(0.5), "ms"),
      atMost("canopen.jitter.p99", at(0.99), "ms", BAR_ms),
    ];
  } finally {
    device.end();
  }
}

/** From each SYNC to its TPDO; one that has not come before the next SYNC counts with a whole period. */
async function delaysOf(port: number): Promise<number[]> {
  const delays_ms: number[] = [];
  let sent_ms = 0;
  let isOpen = false;
  const link = await openSocketcand(
    { host: "127.0.0.1", port, channel: "can0" },
    {
      received: ({ id }) => {
        if (id === TPDO1 && isOpen) delays_ms.push(performance.now() - sent_ms);
        if (id === TPDO1) isOpen = false;
        return true;
      },
      ...{ ready: () => {}, bus: () => {}, lost: () => {}, failed: () => {} },
    },
  );
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isOpen) delays_ms.push(PERIOD_ms);
      if (delays_ms.length >= SYNCS) {
        clearInterval(timer);
        return resolve();
      }
      [isOpen, sent_ms] = [true, performance.now()];
      link.send(SYNC);
    }, PERIOD_ms);
  });
  await link.close();
  return delays_ms;
}
