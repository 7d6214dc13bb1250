// The page of the pack while the device believes a sensor no more: what is not believed is said to be so, nothing is computed from it,
// and nothing moves when the error comes and goes.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  askVirtual,
  hasBrowser,
  openPage,
  shiftsOf,
  takePicture,
  violations,
  watchShifts,
} from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

const PATIENCE = { timeout: 60_000 };
/** What the browser's makers call good is 0.1; ours is to stand still. */
const MOST_SHIFT = 0.01;
const SIZES = [
  ["phone", { width: 360, height: 800 }],
  ["desk", { width: 1280, height: 900 }],
] as const;
const THERMISTOR = ["thermistorOpen", { thermistor: 2 }, "sensor 2 is open"] as const;
const HIGH = ["cellReadingOffset", { cell: 3, offset_V: 0.6 }, "Cell 3"] as const;
const WIRE = ["senseWireOpen", { wire: 5 }, "C5"] as const;

describe.runIf(hasBrowser)("a pack with a sensor that is not believed", { timeout: 180_000 }, () => {
  const pages = staticPages();

  async function openPack(measures: { width: number; height: number; dark?: boolean }): Promise<Page> {
    const { page } = await openPage(pages.browser, measures);
    await watchShifts(page);
    await page.goto(`${pages.url}#/pack`);
    await page.locator(".contactor.closed").nth(2).waitFor(PATIENCE);
    await page.locator(".plots .uplot").nth(2).waitFor(PATIENCE);
    return page;
  }

  async function breakOne(
    page: Page,
    [kind, parameters, words]: typeof THERMISTOR | typeof WIRE | typeof HIGH,
  ): Promise<void> {
    await askVirtual(page, "breakThing", { kind, parameters });
    await page.locator(".troubles .error", { hasText: words }).first().waitFor(PATIENCE);
  }

  const reading = (page: Page, label: string) => page.locator(".reading", { hasText: label });

  test("keeps a broken thermistor in its list as not believed, and says that the range is not of all", async () => {
    const page = await openPack(SIZES[1][1]);
    expect(await reading(page, "Temperatures").textContent()).not.toContain("not believed");
    await breakOne(page, THERMISTOR);
    const broken = page.locator(".temperatures .doubted");
    await broken.waitFor(PATIENCE);
    expect(await broken.textContent()).toMatch(/^Thermistor 2\s*not believed$/);
    expect(await reading(page, "Temperatures").textContent()).toMatch(/1 of \d not believed/);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test("shows no power while the voltage is not believed", async () => {
    const page = await openPack(SIZES[1][1]);
    expect(await reading(page, "Power").textContent()).toMatch(/\d/);
    await breakOne(page, WIRE);
    await page.waitForFunction(
      () => {
        const values = [...document.querySelectorAll(".reading")].map((each) => each.textContent);
        const isNone = (label: string): boolean => values.some((text) => text.startsWith(label) && !/\d/.test(text));
        return isNone("Voltage") && isNone("Power");
      },
      undefined,
      PATIENCE,
    );
    await page.context().close();
  });

  test.each([
    ["light", false],
    ["dark", true],
  ] as const)(
    "has three of four errors whole in sight on a phone, %s: where, what, value against limit",
    async (theme, dark) => {
      const page = await openPack({ width: 360, height: 740, dark });
      for (const each of [HIGH, WIRE, THERMISTOR]) await breakOne(page, each);
      await page.locator(".troubles p").nth(3).waitFor(PATIENCE);
      expect(await page.locator(".trouble-row").allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringMatching(/^Cell 3\s+Overvoltage\s+\d\.\d{3} > \d\.\d+\sV$/)]),
      );
      const { inSight, isCut } = await rowsInSight(page);
      expect([inSight, isCut]).toEqual([3, false]);
      expect(await violations(page)).toEqual([]);
      await takePicture(page, `pack-four-errors-${theme}`);
      await page.locator(".troubles-count").focus();
      await page.keyboard.press("Enter");
      await page.locator(".active .fault").nth(3).waitFor(PATIENCE);
      const { sum, told } = await shiftsOf(page);
      expect(sum, told.join("\n")).toBeLessThan(MOST_SHIFT);
      await page.context().close();
    },
  );

  test.each(SIZES)(
    "moves nothing on a %s when errors come and go, and says how many there are",
    async (size, measures) => {
      const page = await openPack(measures);
      for (const each of [WIRE, THERMISTOR]) {
        await breakOne(page, each);
        await takePicture(page, `pack-${each[0]}-${size}`);
      }
      const inAll = page.locator(".troubles-count");
      const count = await page.locator(".troubles p").count();
      expect([await inAll.textContent(), await inAll.isVisible()]).toEqual([`${count} in all`, true]);
      await askVirtual(page, "repair", {});
      await page.locator(".temperatures .doubted").waitFor({ state: "detached", ...PATIENCE });
      await page
        .locator(".cell.doubted")
        .first()
        .waitFor({ state: "detached", ...PATIENCE });
      const { sum, told } = await shiftsOf(page);
      expect(sum, told.join("\n")).toBeLessThan(MOST_SHIFT);
      await page.context().close();
    },
  );
});

/** How many errors lie whole within their box and under no other thing, and whether anything in them is cut off. */
const rowsInSight = (page: Page): Promise<{ inSight: number; isCut: boolean }> =>
  page.evaluate(() => {
    const box = document.querySelector(".troubles")!.getBoundingClientRect();
    const rows = [...document.querySelectorAll<HTMLElement>(".troubles p")].filter((row) => {
      const { left, right, top, bottom } = row.getBoundingClientRect();
      const corners = [left + 6, right - 6].flatMap((x) => [top + 2, bottom - 2].map((y) => [x, y] as const));
      const isWithin = top >= box.top - 0.5 && bottom <= Math.min(box.bottom, innerHeight) + 0.5;
      return isWithin && corners.every(([x, y]) => row.contains(document.elementFromPoint(x, y)));
    });
    const titles = rows.flatMap((row) => [...row.querySelectorAll<HTMLElement>(".trouble-title")]);
    return { inSight: rows.length, isCut: titles.some((title) => title.scrollWidth > title.clientWidth) };
  });
