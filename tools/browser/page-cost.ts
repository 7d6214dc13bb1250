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

/** What the page holds more after a time of streaming, garbage taken out before and after. */
export async function heapGrowth_bytes(page: Page, time_ms: number): Promise<number> {
  const cdp = await session(page);
  const used = async (): Promise<number> => {
    await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Runtime.getHeapUsage")).usedSize;
  };
  await wait(3000);
  const before = await used();
  await wait(time_ms);
  const after = await used();
  await cdp.detach();
  return after - before;
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
