// Measures a page through the browser's own instruments: CPU time of its main thread for each update of the stream, time to the first
// numbers, growth of its memory, how far things move by themselves.

import type { CDPSession, Page } from "playwright-core";
import { isLive } from "./monitored-device.ts";

const session = (page: Page): Promise<CDPSession> => page.context().newCDPSession(page);
const wait = (time_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time_ms));

/** CPU time of the main thread over a time of streaming, by the binary frames that came meanwhile. */
export async function updateCost(page: Page, time_ms: number): Promise<{ perUpdate_ms: number; updates: number }> {
  const cdp = await session(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await cdp.send("Network.enable");
  await page.reload();
  await isLive(page);
  await wait(1500);
  let updates = 0;
  cdp.on("Network.webSocketFrameReceived", ({ response }) => {
    if (response.opcode === 2) updates++;
  });
  const before_s = await taskTime_s(cdp);
  await wait(time_ms);
  const after_s = await taskTime_s(cdp);
  await cdp.detach();
  return { perUpdate_ms: (1000 * (after_s - before_s)) / Math.max(1, updates), updates };
}

async function taskTime_s(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

/** From the beginning of the navigation to the state of charge as a number in the page. */
export async function firstNumbers_ms(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: "commit" });
  const time = await page.waitForFunction(() =>
    /\d/.test(document.querySelector(".charge-number")?.textContent ?? "") ? performance.now() : 0,
  );
  return (await time.jsonValue()) as number;
}

/** Scripts that the page has loaded so far, as they came over the line. */
export const scriptSize_bytes = (page: Page): Promise<number> =>
  page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.endsWith(".js"))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  );

/** Objects of the page's scripts and the bytes behind their arrays, garbage taken out. */
async function held_bytes(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = (await cdp.send("Runtime.getHeapUsage")) as HeapUsage;
  return usedSize + backingStorageSize;
}
type HeapUsage = { readonly usedSize: number; readonly backingStorageSize?: number };

/** The least of some: an update under way holds up to 0.3 MB for a moment. */
async function leastHeld_bytes(cdp: CDPSession): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4; i++) {
    least = Math.min(least, await held_bytes(cdp));
    await wait(170);
  }
  return least;
}

/** A page that has just come compiles and fills what it keeps of the last minutes: up to 0.4 MB. */
const SETTLE_ms = 15_000;

/** What a page may hold more after 20 s: it grows by 15 to 35 kB, and with a leak of 10 MB in an hour by more than 100. */
export const FLAT_bytes = 100_000;
/** The slope that is no leak: 1.5 to 4.5 while what is kept of the last minutes fills, and above 15 with that leak. */
export const LEAK_MBperHour = 6;

/** What a page that has settled holds more after a time of streaming, garbage taken out before and after. */
export async function heapGrowth_bytes(page: Page, time_ms: number): Promise<number> {
  const cdp = await session(page);
  await wait(SETTLE_ms);
  const before = await leastHeld_bytes(cdp);
  await wait(time_ms);
  const after = await leastHeld_bytes(cdp);
  await cdp.detach();
  return after - before;
}

const BETWEEN_ms = 4000;

/** How fast what the page holds grows while it streams: the median of the slopes between any two looks, which no single one can bend. */
export async function heapSlope_MBperHour(page: Page, warm_ms: number, time_ms: number): Promise<number> {
  const cdp = await session(page);
  await wait(warm_ms);
  const looks: { readonly at_ms: number; readonly held_MB: number }[] = [];
  for (const end_ms = performance.now() + time_ms; performance.now() < end_ms; await wait(BETWEEN_ms))
    looks.push({ held_MB: (await held_bytes(cdp)) / 1e6, at_ms: performance.now() });
  await cdp.detach();
  const slopes = looks
    .flatMap((one, i) => looks.slice(i + 1).map((two) => (two.held_MB - one.held_MB) / (two.at_ms - one.at_ms)))
    .sort((a, b) => a - b);
  return 3_600_000 * (slopes[slopes.length >> 1] ?? Number.NaN);
}

type Shift = { readonly value: number; readonly hadRecentInput: boolean };

/** How much of what was seen has moved by itself so far, as browsers sum it up. */
export const layoutShifts = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const total = (entries: readonly Shift[]): number =>
          entries.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0);
        const observer = new PerformanceObserver((list) => resolve(total(list.getEntries() as unknown as Shift[])));
        observer.observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(0), 500);
      }),
  );
