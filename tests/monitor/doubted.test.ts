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
const WIRE = ["senseWireOpen", { wire: 5 }, "C5"] as const;

describe.runIf(hasBrowser)("a pack with a sensor that is not believed", { timeout: 180_000 }, () => {
  const pages = staticPages();

  async function openPack(measures: { width: number; height: number }): Promise<Page> {
    const { page } = await openPage(pages.browser, measures);
    await watchShifts(page);
    await page.goto(`${pages.url}#/pack`);
    await page.locator(".contactor.closed").nth(2).waitFor(PATIENCE);
    await page.locator(".plots .uplot").nth(2).waitFor(PATIENCE);
    return page;
  }

  async function breakOne(page: Page, [kind, parameters, words]: typeof THERMISTOR | typeof WIRE): Promise<void> {
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
