// The page of the settings behind a real server and device: what is staged outlives a server that is killed, what is applied is in the
// history with who did it, a rollback leads back, and a viewer may only look.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openPage, startBrowser, violations } from "../../tools/browser/chromium.ts";
import {
  isLive,
  logIn,
  type Monitored,
  makeOwner,
  OWNER,
  startMonitored,
} from "../../tools/browser/monitored-device.ts";

const PATIENCE = { timeout: 30_000 };
const VIEWER = { name: "vera", password: "only looks at the pack", role: "viewer" } as const;
const START = "balancing.start_V";

const says = (page: Page, place: string, text: string) =>
  page.locator(place).filter({ hasText: text }).first().waitFor(PATIENCE);

describe.runIf(hasBrowser)("the settings of a device behind its server", { timeout: 90_000 }, () => {
  let browser: Browser;
  let device: Monitored;
  let page: Page;

  beforeAll(async () => {
    device = await startMonitored();
    browser = await startBrowser();
    ({ page } = await openPage(browser));
    await makeOwner(page, device);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
  }, 30_000);

  const field = (name: string) => page.locator(`[id="setting-${name}"]`);
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click(PATIENCE);

  test("staged changes outlive a killed server, and are applied when it is back", async () => {
    await page.goto(`${device.url}/#/settings/balancing`);
    await field(START).waitFor(PATIENCE);
    await field(START).fill("3.45");
    await says(page, ".staged-panel", "As the pack stands now");
    process.kill(device.pid("serve"), "SIGKILL");
    await says(page, ".settings-note", "The device does not answer");
    expect(await page.getByRole("button", { name: "Apply", exact: true }).isDisabled()).toBe(true);
    await isLive(page);
    expect(await field(START).inputValue()).toBe("3.45");
    await press("Apply");
    await says(page, ".staged-panel", "Applied: 1 setting changed.");
  });

  test("the history says who changed what, and leads back", async () => {
    await says(page, ".revision", `by ${OWNER.name}`);
    await field(START).fill("3.46");
    await press("Apply");
    await says(page, ".staged-panel", "Applied: 1 setting changed.");
    await page.locator(".revision").nth(1).waitFor();
    const numbers = await page.locator(".revision strong").allTextContents();
    const before = numbers[1]!.replace("Revision", "revision");
    await press(`Back to this: ${before}`);
    await says(page, ".staged-panel", "3.46 V → becomes 3.45 V");
    await press("Apply");
    await says(page, ".staged-panel", "Applied: 1 setting changed.");
    expect(await field(START).inputValue()).toBe("3.45");
    expect(await violations(page)).toEqual([]);
  });

  test("a viewer sees the value and no way to change it", async () => {
    const status = await page.evaluate(async (account) => {
      const { csrf } = await (await fetch("/api/v1/session")).json();
      const headers = { "content-type": "application/json", "x-csrf-token": csrf };
      return (await fetch("/api/v1/accounts", { method: "POST", headers, body: JSON.stringify(account) })).status;
    }, VIEWER);
    expect(status).toBeLessThan(300);
    const { page: other } = await openPage(browser);
    await logIn(other, device, VIEWER.name, VIEWER.password);
    await isLive(other);
    await other.goto(`${device.url}/#/settings/balancing`);
    const seen = other.locator(`[id="setting-${START}"]`);
    await seen.waitFor(PATIENCE);
    expect([await seen.inputValue(), await seen.isDisabled()]).toEqual(["3.45", true]);
    await says(other, ".settings-note", "logged in as viewer");
    await other.context().close();
  });
});
