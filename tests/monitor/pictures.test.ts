// The pictures of the README are photographs of the pages: taken anew with UPDATE_PICTURES=1 npx vitest run tests/monitor/pictures.test.ts.
// Otherwise the same pages are brought to the same state, so that the pictures show nothing that is no longer there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { askVirtual, hasBrowser, openPage } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

const ROOT = join(import.meta.dirname, "../..");
const SIZE = { width: 1280, height: 860 } as const;
const isUpdating = process.env["UPDATE_PICTURES"] === "1";
const PATIENCE = { timeout: 30_000 };

/** Each picture with what must be seen in it. */
const PICTURES = [
  { name: "monitor-pack", dark: false, prepare: someMinutes, seen: ".plots canvas" },
  { name: "monitor-why", dark: true, prepare: brokenThermistor, seen: ".explained-headline" },
] as const;

describe.runIf(hasBrowser)("the pictures of the README", () => {
  const pages = staticPages();

  test.each(PICTURES)("$name shows what the page shows", { timeout: 90_000 }, async ({ name, dark, prepare, seen }) => {
    const { page } = await openPage(pages.browser, { ...SIZE, dark });
    await page.goto(pages.url);
    await page.waitForSelector(".contactor.closed", PATIENCE);
    await prepare(page, pages.url);
    await page.locator(seen).first().waitFor(PATIENCE);
    const path = join(ROOT, "docs/images", `${name}.png`);
    if (isUpdating) await page.screenshot({ path });
    expect(existsSync(path)).toBe(true);
    expect(sizeOf(readFileSync(path))).toEqual(SIZE);
    expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain(`docs/images/${name}.png`);
    await page.context().close();
  });
});

/** Ten minutes of an evening in the house, so that the plots have something to show. */
async function someMinutes(page: Page): Promise<void> {
  await askVirtual(page, "setWorld", { speed: 60 });
  await page.waitForTimeout(11_000); // a page's clock is the wall's
  await askVirtual(page, "setWorld", { speed: 1 });
  await page.waitForTimeout(1500);
}

async function brokenThermistor(page: Page, url: string): Promise<void> {
  await askVirtual(page, "breakThing", { kind: "thermistorOpen", parameters: { thermistor: 3 } });
  await page.goto(`${url}#/why`);
  await page.locator(".entry", { hasText: "sensor 3 is open" }).getByRole("link").first().click(PATIENCE);
  await page.locator(".frame-canvas canvas").first().waitFor(PATIENCE);
}

/** Width and height as they stand in a PNG's header. */
const sizeOf = (png: Buffer): { width: number; height: number } => ({
  width: png.readUInt32BE(16),
  height: png.readUInt32BE(20),
});
