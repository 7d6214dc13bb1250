// Wiring, buses and reports over a real device and its server: the same pages as in the static folder, under the server's policy.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openPage, startBrowser } from "../../tools/browser/chromium.ts";
import { type Monitored, makeOwner, startMonitored } from "../../tools/browser/monitored-device.ts";

describe.runIf(hasBrowser)("over a server", () => {
  let browser: Browser;
  let device: Monitored;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    device = await startMonitored([], true);
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser, { width: 1600 }));
    await page.goto(device.url);
    await makeOwner(page, device);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
  }, 30_000);

  test("the wiring is drawn with the cells of the device", async () => {
    await page.goto(`${device.url}#/wiring`);
    await page.getByText("All wires are where they should be").waitFor({ timeout: 30_000 });
    expect(await page.locator(".ladder .battery-cell").count()).toBe(16);
    expect(errors).toEqual([]);
  }, 60_000);

  test("frames of the device's own bus come by name", async () => {
    await page.goto(`${device.url}#/bus`);
    const beat = page.locator(".frames tbody tr").filter({ hasText: "heartbeat of node 32" });
    await beat.nth(2).waitFor({ timeout: 30_000 });
    expect(await beat.first().locator(".says").textContent()).toBe("operational");
    expect(errors).toEqual([]);
  }, 60_000);

  test.each([
    ["report", "Commissioning report"],
    ["report/record", "Battery record"],
  ])(
    "the page %s shows the %s under the server's policy",
    async (path, title) => {
      await page.goto(`${device.url}#/${path}`);
      await page.locator(".paper h1").filter({ hasText: title }).waitFor({ timeout: 40_000 });
      expect(await page.locator(".paper tr").count()).toBeGreaterThan(30);
      expect(errors).toEqual([]);
    },
    60_000,
  );
});
