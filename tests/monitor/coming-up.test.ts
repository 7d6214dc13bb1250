// The pages over a real server with a slow line: each is loaded straight from its address, and nothing on it moves while what it shows
// comes in piece by piece.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openPage, shiftsOf, startBrowser, watchShifts } from "../../tools/browser/chromium.ts";
import {
  isLive,
  logIn,
  type Monitored,
  makeOwner,
  OWNER,
  startMonitored,
} from "../../tools/browser/monitored-device.ts";

const PAGES = [
  ["settings", ".revisions li"],
  ["wiring", ".wiring-check .fine"],
  ["bus", ".bus-none"],
  ["report", ".paper"],
  ["world", ".scenarios li:nth-child(5)"],
  ["accounts", ".audit tbody tr"],
] as const;
const SIZES = [
  ["phone", { width: 360, height: 800 }],
  ["desk", { width: 1280, height: 900 }],
] as const;
const MOST_SHIFT = 0.01;
const LATENCY_ms = 150;

/** Every answer takes its time, so that nothing comes in one piece. */
async function slow(page: Page): Promise<void> {
  const line = await page.context().newCDPSession(page);
  const free = { downloadThroughput: -1, uploadThroughput: -1 };
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: LATENCY_ms, ...free });
}

describe.runIf(hasBrowser)("over a server with a slow line", () => {
  let browser: Browser;
  let device: Monitored;

  beforeAll(async () => {
    device = await startMonitored();
    browser = await startBrowser();
    const { page } = await openPage(browser);
    await makeOwner(page, device);
    await page.context().close();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
  }, 30_000);

  describe.each(SIZES)("on a %s", (_size, measures) => {
    let first: Page;

    beforeAll(async () => {
      ({ page: first } = await openPage(browser, measures));
      await logIn(first, device, OWNER.name, OWNER.password);
      await isLive(first);
    }, 60_000);

    afterAll(async () => {
      await first?.context().close();
    });

    test.each(PAGES)("the page %s comes up without moving", { timeout: 60_000 }, async (name, content) => {
      const page = await first.context().newPage();
      await watchShifts(page);
      await slow(page);
      await page.goto(`${device.url}/#/${name}`);
      await page.waitForSelector(content, { timeout: 40_000 });
      const { sum, told } = await shiftsOf(page);
      expect(sum, told.join("\n")).toBeLessThan(MOST_SHIFT);
      await page.close();
    });
  });
});
