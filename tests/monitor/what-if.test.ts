// What-if in a real browser: a trip of a dropped log vanishes under another limit, what cannot be is said at its setting, playing can be
// stopped, and a pack that runs in the page can be asked the same of its own log.

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
import { deviceLog } from "../device-logs.ts";
import { chunksOf, overchargedPack, PACK_BEGAN_us } from "../pack-logs.ts";
import { dropFiles } from "../rigs/dropped-files.ts";

const PATIENCE = { timeout: 60_000 };
const pack = overchargedPack(200);
const log = deviceLog({ chunks: chunksOf(pack.log), identity: { began_us: PACK_BEGAN_us } }).log;

describe.runIf(hasBrowser)("what if, in a page", { timeout: 120_000 }, () => {
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    ({ url, server } = await serveFolder(join(import.meta.dirname, "../../dist/static")));
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function opened(): Promise<{ page: Page; errors: string[] }> {
    const told = await openPage(browser);
    await told.page.goto(`${url}#/what-if`);
    await told.page.waitForSelector(".source", PATIENCE);
    return told;
  }

  const dropLog = async (page: Page): Promise<void> => {
    await dropFiles(page, [{ name: "other.mcap", bytes: log }]);
    await page.locator(".source-files", { hasText: "other.mcap" }).waitFor(PATIENCE);
  };
  const choose = async (page: Page, words: string, name: string): Promise<void> => {
    await page.getByRole("searchbox", { name: "Search settings" }).fill(words);
    await page.getByRole("button", { name, exact: true }).click(PATIENCE);
  };
  /** Chooses all that the log holds by now. */
  const wholeLog_s = async (page: Page): Promise<number> => {
    await page.getByRole("button", { name: "Whole log" }).click(PATIENCE);
    const times = page.locator(".stretch .time-field");
    const [from, to] = await times.evaluateAll((fields) => fields.map((each) => (each as HTMLInputElement).value));
    return (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000;
  };
  const field = (page: Page) => page.locator(".change-number input[type=text]");
  const play = (page: Page) => page.getByRole("button", { name: "Play", exact: true }).click(PATIENCE);

  test("a limit that no cell reaches lets the trip vanish, and the rest is said to be a guess", async () => {
    const { page, errors } = await opened();
    await dropLog(page);
    await choose(page, "overvoltage limit", "Overvoltage: Limit");
    const slider = page.getByRole("slider", { name: "Overvoltage: Limit" });
    expect([await slider.getAttribute("min"), await slider.getAttribute("max")]).toEqual(["1.5", "5"]);
    await field(page).fill("3.9");
    await field(page).press("Tab");
    await play(page);
    await page.locator(".change .problem", { hasText: "LFP cells end at 3.8 V" }).waitFor(PATIENCE);
    await field(page).fill("3.75");
    await field(page).press("Tab");
    await play(page);
    await page.locator('tr[data-trip="overvoltage"]', { hasText: "vanishes" }).waitFor(PATIENCE);
    expect(await page.locator('tr[data-trip="voltageTooHigh"]').textContent()).toContain("stays");
    expect(await page.locator(".trust-hard").textContent()).toContain("00:01:14.8");
    await page.waitForSelector(".outcome-canvas canvas", PATIENCE);
    await page.getByText("Solid: recorded. Dashed: what if.").waitFor(PATIENCE);
    expect(await page.locator(".outcome-plots .plot-key").first().locator("li").allTextContents()).toEqual(
      ["Lowest cell", "Highest cell", "limit"].map((title) => expect.stringContaining(title)),
    );
    await page.getByText("Values as a table").click();
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "what-if");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a delay moved by the keys of its slider moves the trip", async () => {
    const { page } = await opened();
    await dropLog(page);
    await choose(page, "overvoltage set delay", "Overvoltage: Set delay");
    await page.getByRole("slider", { name: "Overvoltage: Set delay" }).focus();
    await page.keyboard.press("Home");
    await play(page);
    await page.locator('tr[data-trip="overvoltage"]', { hasText: "moves" }).waitFor(PATIENCE);
    await page.context().close();
  });

  test("playing is stopped at once, and can be begun again", async () => {
    const { page } = await opened();
    await dropLog(page);
    await choose(page, "overvoltage limit", "Overvoltage: Limit");
    await play(page);
    await page.getByRole("button", { name: "Cancel" }).click(PATIENCE);
    await page.getByText("Cancelled.").waitFor(PATIENCE);
    await play(page);
    await page.waitForSelector(".outcome", PATIENCE);
    await page.context().close();
  });

  test("the log of the pack in the page is played without a server", async () => {
    const { page, errors } = await opened();
    await page.waitForFunction(() => document.querySelector(".connection")?.textContent?.startsWith("Live"));
    await expect.poll(() => wholeLog_s(page), PATIENCE).toBeGreaterThan(5);
    await choose(page, "overvoltage limit", "Overvoltage: Limit");
    await field(page).fill("3.7");
    await field(page).press("Tab");
    await play(page);
    await page.getByText("Nothing trips, either way.").waitFor(PATIENCE);
    expect(await page.locator(".outcome").textContent()).toContain("All of it can be trusted");
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
