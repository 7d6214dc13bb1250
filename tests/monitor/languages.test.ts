// The languages of the pages, in a browser: every text comes through the catalogue, one file adds a language, which comes when it is
// chosen and not before, and what it lacks is said in English.

import type { Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askVirtual, hasBrowser, openPage, serveFolder, startBrowser } from "../../tools/browser/chromium.ts";
import { englishLeft } from "../rigs/english-left.ts";
import { buildPseudoPages, PSEUDO_PAGES } from "../rigs/pseudo-pages.ts";
import { staticPages } from "../rigs/static-pages.ts";

const PATIENCE = { timeout: 40_000 };

/** What a page may say in no language, or in English, and why. */
const EXEMPT = {
  // Names, the same in every language.
  "code, .setting-name": "names of settings, for programs",
  ".language option": "each language by its own name",
  ".pack-tab": "names that people give to their packs",
  ".pin-name, .pin-table th, .coil text, .contact text": "names of pins, as printed on the board",
  ".picker-label, .plot-key-line, .cursor-table th, .picker-chosen span": "names of signals, for programs",
  ".time-field": "the notation of ISO 8601",
  ".scenario-words h3": "names of scenarios, which are files",
  ".sheet .name, .sheet .maker": "what the owner wrote about the battery",
  "noscript, .needs-server": "what stands there before any program runs",
  // Written down, or said on a bus, in the device's own words.
  "body [lang=en], .sheet [lang=en], .entry a, .history-events a, .history-events button":
    "the journal: as it was written",
  ".bus-table, .frame-details": "the notation of the buses, as in docs/canopen.md and docs/modbus.md",
} as const satisfies Readonly<Record<string, string>>;

/** Names that stand in a table among other things: the board, the program, the key of the settings. */
const NAMES = /^(BMS Mini 2\.1|bms-mini|[0-9a-f]{8})$/;
const foundOn = async (page: Page): Promise<unknown[]> =>
  (await englishLeft(page, Object.keys(EXEMPT))).filter(({ text }) => !NAMES.test(text));

/** Each with what stands there only when the page has what it is for. */
const PAGES = [
  ["pack", ".circuit"],
  ["why", ".active"],
  ["settings", ".setting"],
  ["settings/protections.overvoltage", ".setting"],
  ["settings/inputs", ".setting"],
  ["history", ".history .uplot"],
  ["what-if", ".what-if-run button"],
  ["wiring", ".wiring-check p"],
  ["bus", ".frames tbody tr"],
  ["report", ".paper"],
  ["world", ".hands .choice"],
] as const;

/** With an error that is set. */
const TROUBLED = [
  ["pack", ".troubles .error"],
  ["why", ".fault"],
  ["wiring", ".found"],
  ["report", ".paper"],
  ["world", ".broken .plain"],
] as const;

async function goTo(page: Page, path: string, content: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = `#/${to}`;
  }, path);
  await page.waitForSelector(content, PATIENCE);
}

const chosenLanguage = (page: Page): Promise<string> => page.evaluate(() => document.documentElement.lang);

async function choose(page: Page, tag: string): Promise<void> {
  await page.selectOption(".language", tag);
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted, tag, PATIENCE);
  await page.waitForSelector(".circuit", PATIENCE);
}

describe.runIf(hasBrowser)("the pages with further languages", () => {
  let browser: Browser;
  let served: { readonly url: string; readonly server: Server };
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    buildPseudoPages();
    served = await serveFolder(PSEUDO_PAGES);
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    served?.server.close();
  });

  test("begin in English and load another language once it is chosen", { timeout: 60_000 }, async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const isAsked = (): boolean => asked.some((url) => url.includes("part-language"));
    await page.goto(served.url);
    await page.waitForSelector(".circuit", PATIENCE);
    expect([await chosenLanguage(page), isAsked()]).toEqual(["en", false]);
    await choose(page, "eo");
    expect(isAsked()).toBe(true);
    expect(await page.getByRole("link", { name: "Baterio" }).count()).toBe(1);
  });

  test("say in English what a language does not have", async () => {
    expect(await page.getByRole("link", { name: "Settings" }).count()).toBe(1);
    expect(await page.getByText("State of charge").count()).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  test("remember the language, and go back to English", { timeout: 60_000 }, async () => {
    await page.reload();
    await page.waitForSelector(".circuit", PATIENCE);
    expect(await chosenLanguage(page)).toBe("eo");
    await choose(page, "en");
    expect(await page.getByRole("link", { name: "Pack", exact: true }).count()).toBe(1);
  });

  test("say everything through the catalogue, on every page", { timeout: 120_000 }, async () => {
    await choose(page, "en-XA");
    await askVirtual(page, "setWorld", { speed: 10 });
    for (const [path, content] of PAGES) {
      await goTo(page, path, content);
      expect(await foundOn(page), path).toEqual([]);
    }
    expect(errors).toEqual([]);
  });

  test("say what is wrong in the language, too", { timeout: 120_000 }, async () => {
    await goTo(page, "pack", ".circuit");
    await askVirtual(page, "breakThing", { kind: "thermistorOpen", parameters: { thermistor: 1 } });
    await page.waitForSelector(".troubles .error", PATIENCE);
    for (const [path, content] of TROUBLED) {
      await goTo(page, path, content);
      expect(await foundOn(page), path).toEqual([]);
    }
    expect(errors).toEqual([]);
  });
});

describe.runIf(hasBrowser)("the pages as they are shipped", () => {
  const pages = staticPages();

  test("offer no choice while there is one language, and say which it is", { timeout: 60_000 }, async () => {
    const { page } = await openPage(pages.browser);
    await page.goto(pages.url);
    await page.waitForSelector(".circuit", PATIENCE);
    expect([await chosenLanguage(page), await page.locator(".language").count()]).toEqual(["en", 0]);
    await page.context().close();
  });
});
