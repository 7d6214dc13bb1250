// The page of the reports in a real browser over the virtual pack: what stands in them is what the device says, what is saved is complete
// in itself, and the print is black on white within A4.

import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { RECORD_KEYS, RECORD_ROWS } from "../../src/model/battery-record.ts";
import { askVirtual, hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

/** A4 within margins of 12 mm, in pixels of CSS. */
const PAPER = { width: 703, height: 1032 };

describe.runIf(hasBrowser)("the reports in Chromium", () => {
  const pages = staticPages();

  async function opened(path: string): Promise<{ page: Page; errors: string[] }> {
    const { page, errors } = await openPage(pages.browser, {});
    await page.goto(`${pages.url}#/${path}`);
    await page.locator(".paper .sheet h1").waitFor({ timeout: 40_000 });
    return { page, errors };
  }
  async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
  }
  const check = (page: Page, name: string) => page.locator(".checks tr").filter({ hasText: name });

  test("a sound pack passes what the device can test, and what it cannot is left to people", async () => {
    const { page, errors } = await opened("report");
    for (const name of ["Number of cells", "Sense wires", "Thermistor 1", "Current sensor", "Contactor: main", "Ready"])
      expect(await check(page, name).first().locator(".result").textContent()).toBe("passed");
    expect(await check(page, "Insulation").locator(".result").textContent()).toBe("not tested");
    expect(await page.locator(".numbers tbody tr").count()).toBe(16);
    expect(await page.locator(".sign p").allTextContents()).toEqual(["Name", "Date", "Signature"]);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "report-commissioning");
    expect(errors).toEqual([]);
    await page.context().close();
  }, 90_000);

  test("made anew after a wire broke, the report names it as failed and shows the error", async () => {
    const { page } = await opened("report");
    await askVirtual(page, "breakThing", { kind: "senseWireOpen", parameters: { wire: 9 } });
    const now = page.locator(".sheet section").filter({ hasText: "Errors and indications now" });
    await expect
      .poll(
        async () => {
          await page.getByRole("button", { name: "Make it anew" }).click();
          return `${await check(page, "Sense wires").first().textContent()} ${await now.textContent()}`;
        },
        { timeout: 30_000, interval: 500 },
      )
      .toMatch(/FAILED.*Sense wire C9 is open\..*Open sense wire/s);
    await page.context().close();
  }, 90_000);

  test("settings that differ from the defaults stand in it with both values", async () => {
    const { page } = await opened("report");
    await askVirtual(page, "applySettings", {
      changes: { "user.serialNumber": "B-<7>", "protections.highTemperatureCharge.limit_degC": 47 },
    });
    const row = page.locator('.sheet tr:has(th small:text-is("protections.highTemperatureCharge.limit_degC"))');
    await expect
      .poll(
        async () => {
          await page.getByRole("button", { name: "Make it anew" }).click();
          return row.count();
        },
        { timeout: 10_000, interval: 500 },
      )
      .toBe(1);
    expect(await row.locator("td").allTextContents()).toEqual(["47\u202f°C", "50\u202f°C"]);
    expect(await page.locator(".sheet .name").textContent()).toContain("B-<7>"); // as text, not as a tag
    await page.context().close();
  }, 90_000);

  test("the saved page is one file with everything in it, and the JSON says the same", async () => {
    const { page } = await opened("report");
    const html = await saved(page, "Save as HTML");
    const json = await saved(page, "Save as JSON");
    expect(html.name).toMatch(/^commissioning-\d{4}-\d\d-\d\d-\d{4}\.html$/);
    expect(html.text).toMatch(/^<!doctype html>/);
    expect(html.text).not.toMatch(/<script|<link|<img|src=|url\(|https?:/);
    const report = JSON.parse(json.text);
    expect(report.cells).toHaveLength(16);
    expect(report.journal.length).toBeGreaterThan(0);
    expect(report.checks.map(({ name }: { name: string }) => name)).toContain("Insulation");
    const { page: other, errors } = await openPage(pages.browser, {});
    await other.setContent(html.text);
    for (const title of [
      ...["Battery and device", "Checks by the device", "Checks by hand", "Cells", "Limits and protections in force"],
      ...[
        "Errors and indications now",
        "Settings that differ from the defaults",
        "From the journal",
        "Commissioned by",
      ],
    ])
      expect(await other.getByRole("heading", { name: title }).count()).toBeGreaterThan(0);
    for (const { name } of report.checks)
      expect(await other.getByRole("rowheader", { name, exact: true }).count()).toBeGreaterThan(0);
    const words = async (sheet: Locator): Promise<string> =>
      ((await sheet.textContent()) ?? "").replaceAll(/\s+/g, " ").trim();
    expect(await words(other.locator(".sheet"))).toBe(await words(page.locator(".paper .sheet")));
    expect(await violations(other)).toEqual([]);
    expect(errors).toEqual([]);
    await other.context().close();
    await page.context().close();
  }, 90_000);

  test("the battery record has every figure that the regulation names, on the page and in both files", async () => {
    const { page, errors } = await opened("report/record");
    const html = await saved(page, "Save as HTML");
    const json = JSON.parse((await saved(page, "Save as JSON")).text);
    expect(Object.keys(json.record)).toEqual(RECORD_KEYS);
    const shown = await page.locator(".paper .sheet").textContent();
    for (const key of RECORD_KEYS) {
      expect(shown).toContain(RECORD_ROWS[key].title);
      expect(html.text).toContain(RECORD_ROWS[key].title);
    }
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "report-record");
    expect(errors).toEqual([]);
    await page.context().close();
  }, 90_000);

  test.each(["report", "report/record"])(
    "%s prints on A4, black on white in a dark theme too, without navigation",
    async (path) => {
      const { page } = await opened(path);
      await page.setViewportSize(PAPER);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PAPER.width);
      const outside = await page
        .locator(".paper .sheet *")
        .evaluateAll(
          (all, width) => all.filter((each) => each.getBoundingClientRect().right > width + 0.5).length,
          PAPER.width,
        );
      expect(outside).toBe(0);
      for (const hidden of [".top", ".packs", ".report-controls"])
        expect(await page.locator(hidden).isVisible()).toBe(false);
      const colours = await page.locator(".paper").evaluate((host) => {
        const { color } = getComputedStyle(host.shadowRoot!.querySelector("th")!);
        return [getComputedStyle(host.shadowRoot!.querySelector(".sheet")!).backgroundColor, color];
      });
      expect(colours[0]).toBe("rgb(255, 255, 255)");
      expect(colours[1]).toMatch(/^rgb\((\d|[1-9]\d), (\d|[1-9]\d), (\d|[1-9]\d)\)$/); // dark
      const pdf = await page.pdf({ preferCSSPageSize: true });
      const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(sheets).toBeGreaterThan(0);
      expect(sheets).toBeLessThanOrEqual(5);
      await page.context().close();
    },
    90_000,
  );
});
