// The static pages in a browser, for all tests of a group: served from dist/static as any host would, closed at the end.

import type { Server } from "node:http";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { serveFolder, startBrowser } from "../../tools/browser/chromium.ts";

const FOLDER = join(import.meta.dirname, "../../dist/static");

/** Call it in a group of tests; what it gives is there once its first test runs. */
export function staticPages(): { readonly browser: Browser; readonly url: string } {
  let browser: Browser;
  let served: { readonly url: string; readonly server: Server };
  beforeAll(async () => {
    served = await serveFolder(FOLDER);
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    served?.server.close();
  });
  return {
    get browser() {
      return browser;
    },
    get url() {
      return served.url;
    },
  };
}
