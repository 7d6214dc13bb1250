// The static folder as somebody opens it who has just unpacked it: from the disk, where browsers load no modules.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { hasBrowser, openPage } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

const INDEX = pathToFileURL(join(import.meta.dirname, "../../dist/static/index.html")).href;
const NEEDS = ".needs-server";

describe.runIf(hasBrowser)("the static folder", { timeout: 60_000 }, () => {
  const pages = staticPages();

  test("opened from the disk says in a sentence that it needs a web server, and how to have one", async () => {
    const { page } = await openPage(pages.browser);
    await page.goto(INDEX);
    expect(await page.locator(NEEDS).isVisible()).toBe(true);
    const words = (await page.locator(NEEDS).textContent())?.trim();
    expect(words).toMatch(/^This page must come from a web server .*npx serve.*python3 -m http\.server.*\.$/s);
    await page.context().close();
  });

  test("from a web server shows nothing of that, not even before its scripts are there", async () => {
    const { page } = await openPage(pages.browser);
    await page.route("**/*.js", () => {}); // they never come
    await page.goto(pages.url, { waitUntil: "commit" });
    await page.waitForFunction(() => document.styleSheets.length > 0);
    expect(await page.locator(NEEDS).isVisible()).toBe(false);
    await page.context().close();
  });
});
