// Several virtual packs in one page: each ticks in a worker of its own, also while another is looked at; what makes them survives
// the page.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

const PATIENCE = { timeout: 20_000 };

describe.runIf(hasBrowser)("several packs in Chromium", () => {
  const pages = staticPages();

  async function openAt(name: string): Promise<{ page: Page; errors: string[] }> {
    const opened = await openPage(pages.browser);
    await opened.page.goto(`${pages.url}#/${name}`);
    await isLive(opened.page);
    return opened;
  }

  const isLive = (page: Page) =>
    page.waitForFunction(
      () => document.querySelector(".connection")?.textContent?.startsWith("Live"),
      undefined,
      PATIENCE,
    );
  const tab = (page: Page, name: string) => page.locator(`.pack-tab:has-text('${name}')`);
  const cells = (page: Page, count: number) =>
    page.waitForFunction((wanted) => document.querySelectorAll(".cells .cell").length === wanted, count, PATIENCE);

  /** Makes a pack of NMC cells on the bench. */
  async function addPack(page: Page, name: string, count: number): Promise<void> {
    await page.click("button:text-is('New pack')");
    await page.fill(".dialog input[name=name]", name);
    await page.selectOption(".dialog select[name=chemistry]", "NMC");
    await page.fill(".dialog input[name=cells]", String(count));
    await page.fill(".dialog input[name=capacity]", "50");
    await page.click(".dialog button[type=submit]");
    await tab(page, name).waitFor(PATIENCE);
  }

  test("two packs show what each of them is, and the one aside goes on ticking", { timeout: 90_000 }, async () => {
    const { page, errors } = await openAt("pack");
    await cells(page, 16);
    await addPack(page, "Boat", 14);
    await isLive(page);
    await cells(page, 14);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "tabs");
    // time of the first runs on at 100 times the speed while the second is looked at
    await tab(page, "Pack 1").click();
    await page.click("nav a[href='#/world']");
    await page.click(".choice:text-is('100×')");
    await page.waitForFunction(
      () => /^100× wanted/.test(document.querySelector(".reached")?.textContent ?? ""),
      undefined,
      PATIENCE,
    );
    const before = await trueSoc(page);
    await tab(page, "Boat").click();
    await page.waitForFunction(
      () => /^1× wanted/.test(document.querySelector(".reached")?.textContent ?? ""),
      undefined,
      PATIENCE,
    );
    const boat = await trueSoc(page);
    await page.waitForTimeout(5000);
    expect(Math.abs((await trueSoc(page)) - boat)).toBeLessThan(0.2);
    await tab(page, "Pack 1").click();
    await page.waitForFunction(
      () => /^100× wanted/.test(document.querySelector(".reached")?.textContent ?? ""),
      undefined,
      PATIENCE,
    );
    expect(Math.abs((await trueSoc(page)) - before)).toBeGreaterThan(0.5); // minutes of a house on 100 Ah
    expect(errors).toEqual([]);
    await page.context().close();
  });

  const trueSoc = async (page: Page): Promise<number> => {
    await page.waitForSelector(".truth tbody td");
    return Number(await page.textContent(".truth tbody tr:first-child td"));
  };

  test("names, worlds and which one is shown survive a reload; a closed pack is gone", {
    timeout: 90_000,
  }, async () => {
    const { page, errors } = await openAt("pack");
    await addPack(page, "Boat", 14);
    await page.click("button:text-is('Rename')");
    await page.fill(".dialog input[name=name]", "Ferry");
    await page.click(".dialog button[type=submit]");
    await tab(page, "Ferry").waitFor(PATIENCE);
    await page.reload();
    await isLive(page);
    expect(await page.locator(".pack-tab").count()).toBe(2);
    expect(await page.getAttribute(".pack-tab:has-text('Ferry')", "aria-current")).toBe("true");
    await cells(page, 14);
    await page.click("button:text-is('Close pack')");
    await cells(page, 16);
    expect(await page.locator(".pack-tab").count()).toBe(1);
    expect(await page.isDisabled("button:text-is('Close pack')")).toBe(true);
    await page.reload();
    await isLive(page);
    expect(await page.locator(".pack-tab").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a pack in a scenario, made with the keyboard alone; Escape leaves the dialog", {
    timeout: 60_000,
  }, async () => {
    const { page } = await openAt("pack");
    await page.focus("button:text-is('New pack')");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".dialog");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".dialog", { state: "detached" });
    await page.keyboard.press("Enter");
    await page.waitForSelector(".dialog option:text-is('e-bike-7s')", { state: "attached", ...PATIENCE });
    await page.focus(".dialog select[name=scenario]");
    await page.keyboard.type("e-bike");
    await page.waitForSelector(".dialog select[name=chemistry]", { state: "detached" });
    await page.focus(".dialog input[name=seed]");
    await page.keyboard.press("Enter");
    await cells(page, 7);
    await page.context().close();
  });

  test("what is remembered and makes no sense is as if nothing were there", async () => {
    const { page, errors } = await openAt("pack");
    await page.evaluate(() => localStorage.setItem("bms-packs", '{"packs":[{"name":7}],"chosen":"x"}'));
    await page.reload();
    await isLive(page);
    expect(await page.locator(".pack-tab").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
