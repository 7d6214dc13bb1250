// A device behind its server, and in the same page a virtual pack with its settings to try things on; the modelled world of the device
// itself over the server; the way to a USB port before anybody has logged in.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openPage, startBrowser, takePicture, violations } from "../../tools/browser/chromium.ts";
import { isLive, type Monitored, makeOwner, startMonitored } from "../../tools/browser/monitored-device.ts";

const CHANGES = { "user.serialNumber": "SN 4711", "protections.overvoltage.limit_V": 3.7 };
const PATIENCE = { timeout: 30_000 };

describe.runIf(hasBrowser)("beside a device behind its server", () => {
  let browser: Browser;
  let device: Monitored;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    device = await startMonitored();
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
  }, 30_000);

  test("who has not logged in may still connect to a device at a USB port, where the browser can", async () => {
    await page.goto(device.url);
    await page.getByLabel("Code from the terminal").waitFor(PATIENCE);
    const can = await page.evaluate(() => "serial" in navigator);
    expect(await page.getByRole("button", { name: "Connect by USB" }).count()).toBe(can ? 1 : 0);
    await makeOwner(page, device);
  });

  test("the modelled world of the device is there too: a load is connected, and something breaks and is repaired", {
    timeout: 60_000,
  }, async () => {
    await page.click("nav a[href='#/world']");
    await page.click(".choice:text-is('light')");
    await page.waitForSelector(".choice[aria-pressed=true]:text-is('light')", PATIENCE);
    await page.selectOption(".break select", "hallOffset");
    await page.fill(".break input[name=offset_A]", "20");
    await page.click(".break button[type=submit]");
    await page.waitForSelector(".broken li:has-text('Current sensor offset')", PATIENCE);
    await page.click("button:text-is('Repair everything')");
    await page.waitForSelector(".broken .fine", PATIENCE);
    expect(errors).toEqual([]);
  });

  test("a virtual pack has the device's settings, without a word to the device; closing it leads back", {
    timeout: 60_000,
  }, async () => {
    await page.evaluate(async (changes) => {
      const { csrf } = await (await fetch("/api/v1/session")).json();
      const headers = { "content-type": "application/json", "x-csrf-token": csrf };
      await fetch("/api/v1/settings", { method: "POST", headers, body: JSON.stringify({ changes }) });
    }, CHANGES);
    await page.click("button:text-is('Try it on a virtual pack')");
    await page.waitForSelector(".pack-tab[aria-current]:has-text('Pack with the settings of Device')", PATIENCE);
    await isLive(page);
    const kept = await page.evaluate(() => JSON.parse(localStorage.getItem("bms-packs") ?? "{}"));
    expect(kept.packs[0].changes).toMatchObject(CHANGES);
    await page.click("nav a[href='#/wiring']");
    await page.waitForSelector("main :text('SN 4711')", PATIENCE); // told by the copy itself
    await page.click("nav a[href='#/world']");
    await page.waitForSelector(".choice[aria-pressed=true]:text-is('house')", PATIENCE); // not what the device's own world has
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "virtual-beside");
    await page.click("button:text-is('Close pack')");
    await page.waitForSelector(".choice[aria-pressed=true]:text-is('light')", PATIENCE);
    expect(await page.locator(".packs").count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
