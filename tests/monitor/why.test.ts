// What is wrong, explained: a broken thermistor is named with what it opened and what clears it, its trip is told from the recorded
// seconds, and after the repair it goes away.
import type { Server } from "node:http";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  hasBrowser,
  openPage,
  serveFolder,
  startBrowser,
  takePicture,
  violations,
} from "../../tools/browser/chromium.ts";

const PATIENCE = { timeout: 20_000 };

describe.runIf(hasBrowser)("the page Why in Chromium", () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let errors: string[];
  let url: string;

  beforeAll(async () => {
    ({ url, server } = await serveFolder(join(import.meta.dirname, "../../dist/static")));
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser));
    await page.goto(url);
    await page.waitForFunction(() => document.querySelectorAll(".contactor.closed").length >= 3); // discharge, charge, main
    await page.goto(`${url}#/world`);
    await page.getByLabel("What is to fail").selectOption({ label: "Thermistor open" });
    await page.getByLabel(/^Thermistor/).fill("2");
    await page.getByRole("button", { name: "Break it" }).click();
    await page.goto(`${url}#/why`);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test("names the sensor, what it opened, what clears it, and for how long it has been so", async () => {
    const fault = page.locator(".fault.error").first();
    await fault.waitFor(PATIENCE);
    const words = await fault.textContent();
    expect(words).toMatch(/sensor 2 is open/);
    expect(words).toMatch(/opened .*contactor/);
    expect(words).toMatch(/Clears once/);
    expect(words).toMatch(/for \d+/);
    expect(await violations(page)).toEqual([]);
  });

  test("tells the trip from the seconds around it, with a plot and its values as a table", async () => {
    const entry = page.locator(".entry", { hasText: "sensor 2 is open" }).first();
    await entry.getByRole("link").click(PATIENCE);
    await page.locator(".explained-headline").waitFor(PATIENCE);
    expect(await page.locator(".explained-headline").textContent()).toMatch(/sensor/i);
    for (const part of ["The trip", "What it opened", "What clears it"])
      await page.getByRole("heading", { name: part }).waitFor(PATIENCE);
    await page.locator(".frame-canvas canvas").first().waitFor(PATIENCE);
    await page.getByText("Values as a table").first().click();
    expect(await page.locator(".frame-plots tbody tr").count()).toBeGreaterThan(10);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "why");
  }, 60_000);

  test("shows nothing wrong once it is repaired, and keeps in the journal that it was", async () => {
    await page.goto(`${url}#/world`);
    await page.getByRole("button", { name: "Repair everything" }).click();
    await page.goto(`${url}#/why`);
    await page.getByText("Nothing is wrong now.").waitFor({ timeout: 40_000 });
    expect(await page.locator(".entry", { hasText: "sensor 2 is open" }).count()).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  }, 60_000);
});
