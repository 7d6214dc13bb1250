// The page of the wiring in a real browser over the virtual pack: what is broken is lit at its pin and said, another number of cells
// ties other inputs to the top cell, and the print fits on A4.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { askVirtual, hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

/** A4 within margins of 12 mm, in pixels of CSS. */
const PAPER = { width: 703, height: 1032 };

describe.runIf(hasBrowser)("the wiring in Chromium", () => {
  const pages = staticPages();

  async function opened(): Promise<{ page: Page; errors: string[] }> {
    const { page, errors } = await openPage(pages.browser, {});
    await page.goto(`${pages.url}#/wiring`);
    await page.getByText("All wires are where they should be").waitFor({ timeout: 20_000 });
    return { page, errors };
  }
  const spares = (page: Page): Promise<string[]> =>
    page
      .locator("[data-wire].spare")
      .evaluateAll((all) => all.map((each) => each.getAttribute("data-wire") ?? "").sort());
  const lit = (page: Page): Promise<string[]> =>
    page.locator(".pin.wrong").evaluateAll((all) => all.map((each) => each.getAttribute("data-pin") ?? "").sort());

  test("each circuit of X1 says whose it is, and on a phone no letter of a drawing is smaller than ten pixels", async () => {
    const { page } = await opened();
    await page.setViewportSize({ width: 360, height: 800 });
    const names = await page.locator(".coils .coil-name").allTextContents();
    expect(names).toEqual([
      "1: charging contactor",
      "2: precharging contactor",
      "3: discharging contactor",
      "4: main contactor",
    ]);
    const sizes_px = await page.locator(".coils text, .ladder text, .header-map text").evaluateAll((all) =>
      all.map((each) => {
        const { ownerSVGElement } = each as SVGTextElement;
        return Number.parseFloat(getComputedStyle(each).fontSize) * ownerSVGElement!.getScreenCTM()!.a;
      }),
    );
    expect(sizes_px.length).toBeGreaterThan(100);
    expect(Math.min(...sizes_px)).toBeGreaterThanOrEqual(9.9);
    const beyond = await page.locator(".pin").evaluateAll((all) =>
      all.filter((pin) => {
        const [name, box] = [".pin-name", "rect"].map((part) => pin.querySelector(part)!.getBoundingClientRect());
        return name!.left < box!.left || name!.right > box!.right;
      }),
    );
    expect(beyond).toEqual([]);
    await page.context().close();
  });

  test("an open sense wire lights its pin and names it, with what to do", async () => {
    const { page, errors } = await opened();
    expect(await lit(page)).toEqual([]);
    await askVirtual(page, "breakThing", { kind: "senseWireOpen", parameters: { wire: 7 } });
    const found = page.locator(".found").filter({ hasText: "Sense wire C7 is open." });
    await found.waitFor({ timeout: 30_000 });
    expect(await found.textContent()).toContain("At X8 pin 15 (C7).");
    expect(await found.textContent()).toContain("plus of cell 7");
    expect(await lit(page)).toEqual(["X8.15"]);
    expect(await page.locator("[data-wire=C7].wrong .break").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "wiring-open-wire");
    expect(errors).toEqual([]);
    await page.context().close();
  }, 60_000);

  test("a broken thermistor lights both of its pins, and its repair puts them out again", async () => {
    const { page } = await opened();
    await askVirtual(page, "breakThing", { kind: "thermistorOpen", parameters: { thermistor: 3 } });
    await page.getByText("Thermistor 3 is open.").waitFor({ timeout: 30_000 });
    expect(await lit(page)).toEqual(["X6.3", "X6.9"]);
    await askVirtual(page, "repair", { kind: "thermistorOpen" });
    await page.getByText("All wires are where they should be").waitFor({ timeout: 30_000 });
    expect(await lit(page)).toEqual([]);
    await page.context().close();
  }, 90_000);

  test("another number of cells ties other inputs to the top cell, in drawing and table", async () => {
    const { page } = await opened();
    expect(await spares(page)).toEqual(["C17", "C18"]);
    await page.getByLabel("Cells in series").selectOption("13");
    expect(await spares(page)).toEqual(["C14", "C15", "C16", "C17", "C18"]);
    await page.getByText("Plan for 13 cells. 16 are set").waitFor();
    expect(await page.locator(".ladder .cell-volts").allTextContents()).toEqual(Array(13).fill("")); // not of these cells
    await page.getByLabel("Show as").selectOption("table");
    const tied = page.getByRole("row").filter({ hasText: "plus of cell 13, the top cell (input not used)" });
    expect(await tied.count()).toBe(5);
    await page.getByLabel("Cells in series").selectOption("18");
    expect(await page.locator("tr.spare").count()).toBe(0);
    await page.context().close();
  }, 60_000);

  test("voltages of cells stand beside them and follow the device", async () => {
    const { page } = await opened();
    const volts = await page.locator(".ladder .cell-volts").allTextContents();
    expect(volts).toHaveLength(16);
    for (const text of volts) expect(Number.parseFloat(text)).toBeCloseTo(3.3, 0);
    await askVirtual(page, "setWorld", { load: "heavy" });
    await page.waitForFunction(
      (before) => document.querySelector(".ladder .cell-volts")?.textContent !== before,
      volts[0],
      { timeout: 20_000 },
    );
    await page.context().close();
  }, 60_000);

  test("prints within the width of A4, without navigation, on four sheets at most", async () => {
    const { page } = await opened();
    await page.setViewportSize(PAPER);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PAPER.width);
    expect(await page.locator(".top").isVisible()).toBe(false);
    expect(await page.locator(".no-print").first().isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(0, 0, 0)");
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets).toBeGreaterThan(0);
    expect(sheets).toBeLessThanOrEqual(4);
    await takePicture(page, "wiring-print");
    await page.context().close();
  }, 60_000);
});
