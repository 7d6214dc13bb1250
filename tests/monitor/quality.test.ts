// What the first page costs in a real browser, with 18 cells at ten updates a second: time of the main thread, time to the first
// numbers, memory. CPU time of the page's own thread is counted, so that other work on the machine counts less; where a time on the
// clock is promised, the best of some tries counts. `npm run bench -- page` measures the same for longer and prints it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openPage, startBrowser } from "../../tools/browser/chromium.ts";
import { type Monitored, makeOwner, startMonitored } from "../../tools/browser/monitored-device.ts";
import {
  FLAT_bytes,
  firstNumbers_ms,
  heapGrowth_bytes,
  heapSlope_MBperHour,
  LEAK_MBperHour,
  updateCost,
} from "../../tools/browser/page-cost.ts";
import { THOROUGH } from "../thorough.ts";

/** Other tests run beside this one: one load that is not disturbed will do. */
const MOST_LOADS = 40;
const MOST_MEASURED = 10;

describe.runIf(hasBrowser)("the page of a pack of 18 cells", () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-quality-"));
  let browser: Browser;
  let device: Monitored;
  let page: Page;

  beforeAll(async () => {
    const settings = join(folder, "eighteen.yaml");
    writeFileSync(settings, "battery:\n  cells: 18\n");
    device = await startMonitored(["--settings", settings]);
    browser = await startBrowser();
    ({ page } = await openPage(browser));
    await makeOwner(page, device);
    await page.waitForFunction(() => document.querySelectorAll(".cell").length === 18);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  test("takes at most 4 ms of the main thread for each update where the machine has time", {
    timeout: 150_000,
  }, async () => {
    let best_ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < MOST_MEASURED && best_ms >= 4; i++) {
      const { perUpdate_ms, updates } = await updateCost(page, 6000);
      expect(updates).toBeGreaterThan(30);
      best_ms = Math.min(best_ms, perUpdate_ms);
    }
    expect(best_ms).toBeLessThan(4);
  });

  test("shows its first numbers within 400 ms where the machine has time", { timeout: 60_000 }, async () => {
    let best_ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < MOST_LOADS && best_ms >= 400; i++)
      best_ms = Math.min(best_ms, await firstNumbers_ms(page, device.url));
    expect(best_ms).toBeLessThan(400);
  });

  test("keeps its memory flat while it streams", { timeout: 90_000 }, async () => {
    expect(await heapGrowth_bytes(page, 20_000)).toBeLessThan(FLAT_bytes);
  });

  // In its first minutes it grows by 1.5 to 4.5 MB in an hour, while what is kept of the last minutes fills: a leak of 10 comes on top.
  test.runIf(THOROUGH)(
    "has no leak of 10 MB in an hour while it streams",
    { timeout: 420_000 },
    async ({ annotate }) => {
      const slope = await heapSlope_MBperHour(page, 45_000, 180_000);
      await annotate(`${slope.toFixed(1)} MB in an hour`);
      expect(slope).toBeLessThan(LEAK_MBperHour);
    },
  );
});
