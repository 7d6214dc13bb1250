// What the monitor's first page costs in a real browser, over a real server, with 18 cells at ten updates a second: packed script,
// time to the first numbers, CPU time of its main thread for each update, memory over a time of streaming.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { hasBrowser, openPage, startBrowser } from "../browser/chromium.ts";
import { type Monitored, makeOwner, startMonitored } from "../browser/monitored-device.ts";
import { firstNumbers_ms, heapGrowth_bytes, scriptSize_bytes, updateCost } from "../browser/page-cost.ts";
import { atMost, type Figure, median } from "./measurement.ts";

const LOADS = 9;
const UPDATES_ms = 20_000;
/** An hour, where somebody has it: BENCH_STREAM_s=3600. */
const STREAM_ms = 1000 * Number(process.env["BENCH_STREAM_s"] ?? 60);

export async function benchPage(): Promise<Figure[]> {
  if (!hasBrowser) return [];
  const folder = mkdtempSync(join(tmpdir(), "bms-page-"));
  const settings = join(folder, "eighteen.yaml");
  writeFileSync(settings, "battery:\n  cells: 18\n");
  const device = await startMonitored(["--settings", settings]);
  const browser = await startBrowser();
  try {
    return await measure(browser, device);
  } finally {
    await browser.close();
    await device.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(browser: Browser, device: Monitored): Promise<Figure[]> {
  const { page } = await openPage(browser);
  await makeOwner(page, device);
  await page.waitForFunction(() => document.querySelectorAll(".cell").length === 18);
  const { perUpdate_ms } = await updateCost(page, UPDATES_ms);
  return [
    atMost("page.script", (await scriptSize_bytes(page)) / 1000, "kB", 120),
    atMost("page.first", median(await firstLoads(page, device.url)), "ms", 400),
    atMost("page.update", perUpdate_ms, "ms", 4),
    atMost("page.heapGrowth", (await heapGrowth_bytes(page, STREAM_ms)) / 1e6, "MB", 1),
  ];
}

async function firstLoads(page: Page, url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < LOADS; i++) times.push(await firstNumbers_ms(page, url));
  return times;
}
