// The pages in a real browser, as a static folder with a whole virtual device in the page: every page opens without an error and without
// a finding of axe, on a phone, on a desk and on a wall, in both themes; and nothing on it moves while it comes up.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  askVirtual,
  escaped,
  hasBrowser,
  openPage,
  shiftsOf,
  takePicture,
  violations,
  watchShifts,
} from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

/** Each with what stands there only when the page has what it is for. */
const PAGES = [
  ["pack", ".circuit"],
  ["why", ".active"],
  ["settings", ".setting"],
  ["history", ".history .uplot"],
  ["what-if", ".what-if-run button"],
  ["wiring", ".wiring-check .fine"],
  ["bus", ".frames tbody tr"],
  ["report", ".paper"],
  ["world", ".hands .choice"],
] as const;
const SIZES = [
  ["phone", { width: 360, height: 800 }],
  ["desk", { width: 1280, height: 900 }],
] as const;
const WALL = { width: 3840, height: 2160 } as const;
const THEMES = ["light", "dark"] as const;
const SCREENS = [
  ...SIZES.flatMap(([size, measures]) => THEMES.map((theme) => [size, theme, measures] as const)),
  ["wall", "dark", WALL] as const,
];
const PATIENCE = { timeout: 40_000 };
/** What the browser's makers call good is 0.1; ours is to stand still. */
const MOST_SHIFT = 0.01;

async function stands(page: Page, content: string): Promise<void> {
  await page.waitForSelector(".connection:has-text('Live')", PATIENCE);
  await page.waitForSelector(content, PATIENCE);
}

/** Ten times as fast: the device has tested itself, and a report can be made, a second later. */
const hurry = (page: Page): Promise<void> => askVirtual(page, "setWorld", { speed: 10 });

/** Height of a plot in lines of text, once it keeps it: it is made anew when the first answer comes, and laid out a frame later. */
async function heightOf(page: Page, plot: string): Promise<number> {
  await page.waitForSelector(plot, PATIENCE);
  return page.evaluate(async (selector) => {
    const height = (): number => document.querySelector(selector)?.clientHeight ?? 0;
    let before = 0;
    for (let kept = 0; kept < 10; kept++) {
      await new Promise(requestAnimationFrame);
      if (height() !== before || before === 0) kept = 0;
      before = height();
    }
    return before / Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  }, plot);
}

describe.runIf(hasBrowser)("in Chromium", () => {
  const pages = staticPages();

  describe.each(SCREENS)("on a %s, %s", (size, theme, measures) => {
    let page: Page;
    let errors: string[];

    beforeAll(async () => {
      ({ page, errors } = await openPage(pages.browser, { ...measures, dark: theme === "dark" }));
      await page.goto(pages.url);
      await stands(page, ".circuit");
      await hurry(page);
    }, 60_000);

    afterAll(async () => {
      await page?.context().close();
    });

    test.each(PAGES)(
      "the page %s shows no error, and axe finds nothing",
      { timeout: 60_000 },
      async (name, content) => {
        errors.length = 0;
        await page.evaluate((path) => {
          location.hash = `#/${path}`;
        }, name);
        await stands(page, content);
        expect(await violations(page)).toEqual([]);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide).toBe(0);
        expect(await escaped(page)).toEqual([]);
        await takePicture(page, `${name}-${size}-${theme}`);
        expect(errors).toEqual([]);
      },
    );
  });

  test.each([
    ["pack", ".plot-canvas"],
    ["history", ".chart-canvas"],
  ])(
    "the plots of the page %s are as large to the text on a wall as on a desk, or larger",
    { timeout: 60_000 },
    async (name, canvas) => {
      const lines = async (measures: { readonly width: number; readonly height: number }): Promise<number> => {
        const { page } = await openPage(pages.browser, measures);
        await page.goto(`${pages.url}#/${name}`);
        const height = await heightOf(page, `${canvas} .u-over`);
        await page.context().close();
        return height;
      };
      expect(await lines(WALL)).toBeGreaterThan(0.95 * (await lines(SIZES[1][1])));
    },
  );

  describe.each(SIZES)("loaded from its address on a %s", (_size, measures) => {
    test.each(PAGES)("the page %s comes up without moving", { timeout: 60_000 }, async (name, content) => {
      const { page } = await openPage(pages.browser, measures);
      await watchShifts(page);
      await page.goto(`${pages.url}#/${name}`);
      await page.waitForSelector(".connection:has-text('Live')", PATIENCE);
      if (name === "report") await hurry(page);
      await stands(page, content);
      const { sum, told } = await shiftsOf(page);
      expect(sum, told.join("\n")).toBeLessThan(MOST_SHIFT);
      await page.context().close();
    });
  });
});
