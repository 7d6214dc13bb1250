// The page of the settings in a real browser, over a whole virtual device: found, changed, judged beside the field, previewed, applied,
// taken back; curves by keyboard and mouse; files; and what somebody sees who may only look.

import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { askVirtual, hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";

const PATIENCE = { timeout: 25_000 };
const LIMIT = "protections.overvoltage.limit_V";
/** Cells of the bench stand at 3.3 V: the tiers under the overvoltage limit down to less than that. */
const LOW_TIERS = `
battery: {chargeVoltage_V: 3.12}
socEstimation: {fullVoltage_V: 3.1}
protections:
  voltageTooHigh: {limit_V: 3.15, tolerant_V: 3.1}
  overvoltage: {tolerant_V: 3.1}
`;

const field = (page: Page, name: string): Locator => page.locator(`[id="setting-${name}"]`);
const problem = (page: Page, name: string): Locator => page.locator(`[id="setting-${name}-problem"]`);
const staged = (page: Page): Locator => page.locator(".staged-panel");
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

async function saysInside(where: Locator, text: string | RegExp): Promise<void> {
  await where.filter({ hasText: text }).first().waitFor(PATIENCE);
}

describe.runIf(hasBrowser)("the settings in Chromium", { timeout: 60_000 }, () => {
  const pages = staticPages();

  async function openSettings(group = "", before?: (page: Page) => Promise<void>) {
    const opened = await openPage(pages.browser);
    await before?.(opened.page);
    await opened.page.goto(`${pages.url}#/settings/${group}`);
    await opened.page.locator(".setting").first().waitFor(PATIENCE);
    return opened;
  }

  const readText = (page: Page, text: string, name = "pack.yaml"): Promise<void> =>
    page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/yaml", buffer: Buffer.from(text) });

  test("the search finds by name, help, unit and the vendor's name, and the tree leads to each group", async () => {
    const { page, errors } = await openSettings();
    const search = page.getByRole("searchbox");
    await search.fill("overvoltage set delay ms");
    await field(page, "protections.overvoltage.setDelay_ms").waitFor();
    expect(await page.locator(".setting").count()).toBe(1);
    await search.fill("uocv");
    await field(page, "socEstimation.ocv").waitFor();
    await search.fill("no such thing at all");
    await saysInside(page.locator(".settings-fields"), "No setting has all of these words.");
    await page.getByRole("link", { name: "Precharge" }).click();
    await field(page, "precharge.time_ms").waitFor();
    expect(await search.inputValue()).toBe("");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a limit moved under the present voltage is previewed, applied, trips after its delay, and is taken back", {
    timeout: 120_000,
  }, async () => {
    const { page, errors } = await openSettings("protections.overvoltage");
    await page.getByLabel("What the file does not name stays as it is").check();
    await readText(page, LOW_TIERS);
    await saysInside(staged(page), "5 changes are staged");

    // Refused beside the field: out of range, against another setting, no number.
    await field(page, LIMIT).fill("9");
    await saysInside(problem(page, LIMIT), /must be .* to .* V, is 9/);
    expect(await button(page, "Apply").isDisabled()).toBe(true);
    await field(page, LIMIT).fill("3.14");
    await saysInside(problem(page, LIMIT), "protections.voltageTooHigh.limit_V");
    await field(page, LIMIT).fill("3.2o");
    await saysInside(problem(page, LIMIT), "must be a number");
    expect(await button(page, "Apply").isDisabled()).toBe(true);

    await field(page, LIMIT).fill("3,2");
    await saysInside(
      staged(page),
      /Overvoltage would trip after 1\.00 s and open the charging contactor( at once| [\d.]+ s later): now cell \d+ at 3\.\d{3} V, over 3\.200 V/,
    );
    expect(await problem(page, LIMIT).textContent()).toBe("");
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "settings-preview");
    await button(page, "Apply").click();
    await saysInside(staged(page), "Applied: 6 settings changed.");

    await page.goto(`${pages.url}#/why`);
    await saysInside(page.locator("main"), /over the limit of 3\.200 V for 1\.0\d s; opened charging contactor/);

    await page.goto(`${pages.url}#/settings/protections.overvoltage`);
    await button(page, "Undo this: revision 1").click();
    await saysInside(staged(page), "what undoes revision 1");
    await saysInside(staged(page), "Overvoltage is set now and would clear after");
    await button(page, "Apply").click();
    await saysInside(staged(page), "Applied: 6 settings changed.");
    expect(await field(page, LIMIT).inputValue()).toBe("3.75");
    await page.waitForFunction(() => document.querySelectorAll(".revision").length === 2);

    await button(page, "Back to this: revision 1").click();
    await saysInside(staged(page), "Overvoltage would trip after 1.00 s");
    expect(await field(page, LIMIT).inputValue()).toBe("3.2");
    expect(await button(page, "In force now: revision 2").isDisabled()).toBe(true);
    expect(await button(page, "Back to this: revision 2").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("the state before the first revision is offered too, and a setting is called by its title beside its name", async () => {
    const { page } = await openSettings("balancing");
    for (const value of ["3.46", "3.47"]) {
      await field(page, "balancing.start_V").fill(value);
      await saysInside(staged(page).locator(".staged-list li"), /Cell balancing: Start.*balancing\.start_V/);
      await button(page, "Apply").click();
      await saysInside(staged(page), "Applied: 1 setting changed.");
    }
    await button(page, "Back to this: As the device was made").click();
    await saysInside(staged(page), "Staged: what leads back to “As the device was made”.");
    expect(await button(page, "Undo: Start").count()).toBe(1);
    expect(await page.locator('.setting:has([id="setting-balancing.start_V"])').getByText("not default").count()).toBe(
      0,
    );
    await page.context().close();
  });

  test("staged changes survive another page and a reload, and go along to the what-if", async () => {
    const { page } = await openSettings("protections.overvoltage");
    await field(page, LIMIT).fill("3.7");
    await page.goto(`${pages.url}#/pack`);
    await page.locator(".circuit").waitFor(PATIENCE);
    await page.goto(`${pages.url}#/settings/protections.overvoltage`);
    await saysInside(staged(page), "3.75 V");
    await page.reload();
    await saysInside(staged(page), "3.75 V");
    expect(await field(page, LIMIT).inputValue()).toBe("3.7");
    await page.getByRole("link", { name: "What would the last hour have been with this?" }).click();
    await saysInside(page.locator(".what-if .change"), "Overvoltage Limit");
    await page.goBack();
    await button(page, "Undo all").click();
    expect(await field(page, LIMIT).inputValue()).toBe("3.75");
    await page.context().close();
  });

  test("arrow keys step a number, and it goes back to its default", async () => {
    const { page } = await openSettings("protections.overvoltage");
    await field(page, LIMIT).focus();
    await page.keyboard.press("ArrowDown");
    expect(await field(page, LIMIT).inputValue()).toBe("3.74");
    await page.keyboard.press("PageDown");
    await page.keyboard.press("ArrowUp");
    expect(await field(page, LIMIT).inputValue()).toBe("3.65");
    await button(page, "To default: Limit").click();
    expect(await field(page, LIMIT).inputValue()).toBe("3.75");
    await saysInside(staged(page), "Nothing is changed.");
    await page.context().close();
  });

  test("another number of cells is marked as no default, keeps the shipped one as its default, and is listed", async () => {
    const { page } = await openSettings("battery");
    const cells = page.locator('.setting:has([id="setting-battery.cells"])');
    await field(page, "battery.cells").fill("12");
    await saysInside(cells, "default 16");
    await saysInside(cells, "not default");
    await page.getByRole("checkbox", { name: "What differs from the default" }).check();
    await saysInside(cells, "default 16");
    await button(page, "To default: Cells").click();
    await saysInside(staged(page), "Nothing is changed.");
    await page.context().close();
  });

  test("an empty number is told as none, and the device is asked again only when it is one", async () => {
    const { page } = await openSettings("protections.overvoltage");
    await field(page, LIMIT).fill("");
    await saysInside(staged(page), "must be a number");
    expect(await staged(page).getByText("What it would do now").count()).toBe(0);
    expect(await staged(page).getByText("Asking the device…").count()).toBe(0);
    await field(page, LIMIT).fill("3.7");
    await saysInside(staged(page), "What it would do now");
    await staged(page)
      .getByText("Asking the device…")
      .waitFor({ state: "detached", ...PATIENCE });
    await page.context().close();
  });

  test("a comma that could part thousands is refused with how to write it, and cannot be applied", async () => {
    const { page } = await openSettings("protections.overvoltage");
    await field(page, LIMIT).fill("3,7");
    await saysInside(staged(page), "3.7 V");
    await field(page, LIMIT).fill("10,000");
    await saysInside(problem(page, LIMIT), "can be read in two ways: write 10000 or 10.000");
    expect(await button(page, "Apply").isDisabled()).toBe(true);
    await page.context().close();
  });

  test("what somebody else has changed meanwhile is told with all values, and the person says which", async () => {
    const { page } = await openSettings("protections.overvoltage");
    await field(page, LIMIT).fill("3.7");
    await askVirtual(page, "applySettings", { changes: { [LIMIT]: 3.72, "balancing.start_V": 3.45 } });
    await saysInside(staged(page), "was 3.75 V, is now 3.72 V, you want 3.7 V");
    expect(await button(page, "Apply").isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await button(page, `Keep mine: ${LIMIT}`).click();
    await page.waitForFunction(() => !document.querySelector(".staged-buttons button")?.hasAttribute("disabled"));
    await button(page, "Apply").click();
    await saysInside(staged(page), "Applied: 1 setting changed.");
    await page.goto(`${pages.url}#/settings/balancing`);
    expect(await field(page, "balancing.start_V").inputValue()).toBe("3.45");
    await page.context().close();
  });

  test("a chemistry fills what depends on it, and says that it needs open contactors while one is closed", async () => {
    const { page } = await openSettings("battery");
    await field(page, "battery.chemistry").selectOption("NMC");
    await saysInside(staged(page), /1 change, \d\d following/);
    expect(Number(await field(page, "battery.chargeVoltage_V").inputValue())).toBeGreaterThan(4);
    await saysInside(staged(page), "can only be changed while all contactors are open");
    await field(page, "battery.dischargeVoltage_V").fill("4.4");
    await saysInside(staged(page), "What speaks against it");
    const other = page.locator('.setting:has([id="setting-battery.resistance_Ohm"])');
    await saysInside(other, "follows, not applied");
    expect(await other.getByText("not default").count()).toBe(0); // the default is that of the chosen chemistry
    expect(await button(page, "Apply").isDisabled()).toBe(true);
    await page.context().close();
  });

  test("a curve is edited with the keyboard, with the mouse and as numbers, and its errors stand beside it", async () => {
    const { page, errors } = await openSettings("chargeMap");
    const curve = "chargeMap.voltageFactor";
    const box = page.locator(`.setting:has([id="setting-${curve}"])`);
    await field(page, curve).click();
    const points = box.getByRole("slider");
    const first = box.getByRole("textbox", { name: /^Value at/ }).first();
    await points.first().focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
    const lowered = Number(await first.inputValue());
    expect(lowered).toBeLessThan(1);
    expect(lowered).toBeGreaterThan(0.9);
    expect(Number(await points.first().getAttribute("aria-valuenow"))).toBe(lowered);
    await page.keyboard.press("Insert");
    expect(await points.count()).toBe(3);
    await points.nth(1).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Delete");
    expect(await points.count()).toBe(2);

    const dot = (await points.first().locator(".plot-dot").boundingBox())!;
    await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2);
    await page.mouse.down();
    await page.mouse.move(dot.x + dot.width / 2, dot.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(Number(await first.inputValue())).toBeLessThan(lowered - 0.1);

    await first.fill("1.5");
    await saysInside(problem(page, curve), "every value must be 0 to 1");
    expect(await first.getAttribute("aria-invalid")).toBe("true");
    await button(page, "Undo: Voltage factor").click();
    expect(await first.inputValue()).toBe("1");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a finger on a point moves it, and the page stays where it is", async () => {
    const { page } = await openSettings("chargeMap");
    const curve = "chargeMap.voltageFactor";
    await field(page, curve).click();
    const point = page.locator(`.setting:has([id="setting-${curve}"])`).getByRole("slider").first();
    await point.scrollIntoViewIfNeeded();
    const dot = (await point.locator(".plot-dot").boundingBox())!;
    const scrolled = await page.evaluate(() => scrollY);
    const touch = await page.context().newCDPSession(page);
    const at = (down: number) => ({ touchPoints: [{ x: dot.x + 5, y: dot.y + 5 + down }] });
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", ...at(0) });
    for (const down of [10, 30, 60]) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", ...at(down) });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    expect(Number(await point.getAttribute("aria-valuenow"))).toBeLessThan(0.9);
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    await saysInside(staged(page), /V: 1 → 0\.\d+|other points/);
    await page.context().close();
  });

  test("a table of voltages that does not rise is refused at the number and beside the field", async () => {
    const { page } = await openSettings("socEstimation");
    const box = page.locator('.setting:has([id="setting-socEstimation.ocv"])');
    await field(page, "socEstimation.ocv").click();
    await box.getByRole("radio", { name: "at 25 °C" }).check();
    const cell = box.getByRole("textbox", { name: "Value at 0.5, 25 °C" });
    await cell.fill("3.1");
    await saysInside(problem(page, "socEstimation.ocv"), "must rise with state of charge");
    expect(await cell.getAttribute("aria-invalid")).toBe("true");
    expect(await cell.getAttribute("title")).toBe("must be above the value before");
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "settings-curve");
    await page.context().close();
  });

  test("files that were written here are read back without a difference, and hold no secret", async () => {
    const { page } = await openSettings("ftp");
    await field(page, "ftp.password").fill("correct horse");
    await page.goto(`${pages.url}#/settings/protections.overvoltage`);
    await field(page, LIMIT).fill("3.7");
    await button(page, "Apply").click();
    await saysInside(staged(page), "Applied: 2 settings changed.");
    for (const name of ["YAML, what differs", "YAML, all", "JSON, all"]) {
      const [download] = await Promise.all([page.waitForEvent("download"), button(page, name).click()]);
      const text = readFileSync(await download.path(), "utf8");
      expect([text.includes("3.7"), /horse|\(secret\)|^\s*"?(ftp\.)?password"?:/m.test(text)], name).toEqual([
        true,
        false,
      ]);
      await readText(page, text, name);
      await saysInside(staged(page), `${name}: no difference.`);
    }
    await readText(page, "battery: {cells: 99}\nnonsense: 1\n");
    await saysInside(page.locator(".import"), "line 1: battery.cells: must be 6 to 18, is 99");
    await saysInside(page.locator(".import"), "line 2: nonsense: there is no such setting");
    await page.context().close();
  });

  test("a viewer sees everything, is told why nothing can be changed, and finds no button that would", async () => {
    const { page, errors } = await openSettings("protections.overvoltage", asViewer);
    await saysInside(page.locator(".settings-note"), "logged in as viewer");
    expect(await field(page, LIMIT).inputValue()).toBe("3.75");
    expect(await page.locator(".setting input:enabled, .setting select:enabled").count()).toBe(0);
    expect(await page.locator("input[type=file]").count()).toBe(0);
    expect(await button(page, "Apply").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

/** The page's link tells of a viewer: its worker's answer about the session is changed on the way. */
const asViewer = (page: Page): Promise<void> =>
  page
    .addInitScript(() => {
      const Plain = globalThis.Worker;
      globalThis.Worker = class extends Plain {
        override addEventListener(type: string, listener: never): void {
          const changed = (event: MessageEvent): void => {
            const answer = event.data?.reply?.answer;
            if (answer !== undefined && "role" in answer) answer.role = "viewer";
            (listener as (event: MessageEvent) => void)(event);
          };
          super.addEventListener(type, changed as never);
        }
      } as typeof Worker;
    })
    .then(() => undefined);
