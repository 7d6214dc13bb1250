// The page of the modelled world, in a browser over a virtual device: what breaks there is an error of the device, repairing clears
// it, time goes at the speed that is wished as far as the machine can, and scenarios start.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { askVirtual, hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

const PATIENCE = { timeout: 20_000 };

describe.runIf(hasBrowser)("the world in Chromium", () => {
  const pages = staticPages();

  async function openWorld(): Promise<{ page: Page; errors: string[] }> {
    const opened = await openPage(pages.browser);
    await opened.page.goto(`${pages.url}#/world`);
    await opened.page.waitForSelector(".hands .choice");
    return opened;
  }

  const goTo = (page: Page, name: string): Promise<void> => page.click(`nav a[href="#/${name}"]`);
  const reached = async (page: Page): Promise<number> => {
    const words = await page.textContent(".reached");
    return Number(/([\d.]+)× reached/.exec(words ?? "")![1]);
  };

  test("a thermistor that breaks is told by the device; repaired, the error clears, and a locked one with an acknowledgement", {
    timeout: 90_000,
  }, async () => {
    const { page, errors } = await openWorld();
    await page.selectOption(".break select", "thermistorOpen");
    await page.fill(".break input[name=thermistor]", "2");
    await page.click(".break button[type=submit]");
    await page.waitForSelector(".broken li:has-text('Thermistor open (thermistor 2)')", PATIENCE);
    await goTo(page, "pack");
    await page.waitForSelector(".troubles .error:has-text('Temperature sensor 2 is open')", PATIENCE);
    await takePicture(page, "world-broken");
    await goTo(page, "world");
    await page.click("button[aria-label='Repair: Thermistor open (thermistor 2)']");
    await page.waitForSelector(".broken .fine", PATIENCE);
    await goTo(page, "why");
    await page.waitForSelector(".active .fault.error", PATIENCE);
    await page.waitForFunction(
      () => {
        const button = [...document.querySelectorAll("button")].find((each) => /cknowledge/.test(each.textContent));
        button?.click();
        return document.querySelector(".active .fine") !== null;
      },
      undefined,
      { timeout: 60_000, polling: 500 },
    );
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("an element that the pack does not have cannot even be entered", async () => {
    const { page } = await openWorld();
    await page.selectOption(".break select", "cellLeak");
    await page.fill(".break input[name=cell]", "17");
    await page.click(".break button[type=submit]");
    expect(await page.$eval(".break input[name=cell]", (input) => (input as HTMLInputElement).validity.valid)).toBe(
      false,
    );
    expect(await page.locator(".broken .fine").count()).toBe(1);
    await page.context().close();
  });

  test("at speed 10 ten seconds pass in one, and at 100 several tens at least", { timeout: 60_000 }, async () => {
    const { page } = await openWorld();
    await page.click(".choice:has-text('10×') >> nth=0");
    await page.waitForFunction(() => /^10× wanted, (9|10|11)/.test(document.querySelector(".reached")!.textContent), {
      ...PATIENCE,
    });
    await page.click(".choice:text-is('100×')");
    await page.waitForFunction(
      () => Number(/([\d.]+)× reached/.exec(document.querySelector(".reached")!.textContent)?.[1]) > 30,
      undefined,
      PATIENCE,
    );
    expect(await reached(page)).toBeLessThan(130);
    await page.context().close();
  });

  test("a load and a charger that are connected are what the pack sees", { timeout: 60_000 }, async () => {
    const { page } = await openWorld();
    await page.click(".choice:text-is('none')");
    await page.fill("input[aria-label='Charging current, A']", "25");
    await page.click("button[aria-label='Set: Charging current']");
    await page.check(".tick input");
    await page.waitForFunction(
      () =>
        Math.abs(
          Number(/([+−][\d.]+).A measured/.exec(document.querySelector(".truth-currents")!.textContent)?.[1]) - 25,
        ) < 1,
      undefined,
      PATIENCE,
    );
    await page.context().close();
  });

  test("a mistake of ours is told in its words, contactors count as open, and a button begins anew", {
    timeout: 60_000,
  }, async () => {
    const { page } = await openWorld();
    await page.click("nav a[href='#/pack']");
    await page.waitForSelector(".contactor.closed", PATIENCE);
    await askVirtual(page, "history", {}); // no page asks this: it is a mistake of ours
    await page.waitForSelector(".trouble", PATIENCE);
    expect(await page.locator(".contactor.closed").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "worker-stopped");
    await page.click("button:text-is('Begin anew')");
    await page.waitForSelector(".trouble", { state: "detached", ...PATIENCE });
    await page.waitForSelector(".contactor.closed", PATIENCE);
    await page.context().close();
  });

  test("a scenario starts in a new pack, says how far it is, and what it expects comes true", {
    timeout: 90_000,
  }, async () => {
    const { page, errors } = await openWorld();
    await page.click("button[aria-label='Start thermistor-falls-off']");
    await page.waitForSelector(".scenario-progress:has-text('thermistor-falls-off')", PATIENCE);
    expect(await page.locator(".expectations .open").count()).toBe(4);
    await page.click(".choice:text-is('100×')");
    await page.waitForFunction(() => document.querySelectorAll(".expectations .passed").length === 4, undefined, {
      timeout: 60_000,
    });
    await takePicture(page, "world-scenario");
    expect(await page.locator(".scenarios li.current h3").textContent()).toBe("thermistor-falls-off");
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
