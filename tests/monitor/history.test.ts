// The history in a real browser: thirty days drawn at once, from years to ten milliseconds, cursors, CSV and PNG; and log files of other
// devices that are dropped onto the page and read there alone.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogMessage } from "../../src/log/topics.ts";
import { createDataOperations, type DataOperations } from "../../src/server/data/data-operations.ts";
import { timeText } from "../../src/web/history/times.ts";
import {
  hasBrowser,
  openPage,
  serveFolder,
  startBrowser,
  takePicture,
  violations,
} from "../../tools/browser/chromium.ts";
import { layoutShifts } from "../../tools/browser/page-cost.ts";
import { deviceLog } from "../device-logs.ts";
import { MONTH_BEGAN_us, MONTH_us, writeMonthOfLogs } from "../month-logs.ts";
import { chunksOf, overchargedPack, PACK_BEGAN_us, writePackFolder } from "../pack-logs.ts";
import { dropFiles } from "../rigs/dropped-files.ts";
import { createMonitorRig, headersOf, type MonitorRig } from "../rigs/monitor-app.ts";

const STATIC = join(import.meta.dirname, "../../dist/static");
const WEB = join(import.meta.dirname, "../../dist/web");
const PATIENCE = { timeout: 30_000 };

const pack = overchargedPack(200);
const trip = pack.entries.find(({ code }) => code === "tripped")!;
const file = (messages = pack.log): Uint8Array =>
  new Uint8Array(deviceLog({ chunks: chunksOf(messages), identity: { began_us: PACK_BEGAN_us } }).log);

const status = (page: Page) => page.locator(".history-status");
const says = (page: Page, words: string) => status(page).filter({ hasText: words }).waitFor(PATIENCE);
const fromField = (page: Page) => page.locator(".time-bar input").first();

/** How long a time the fields say is shown, to the millisecond. */
const shown_ms = (page: Page): Promise<number> =>
  page
    .locator(".time-bar .time-field")
    .evaluateAll(
      ([from, to]) => Date.parse((to as HTMLInputElement).value) - Date.parse((from as HTMLInputElement).value),
    );

/** All that was asked for last is there, and is painted. */
async function isRead(page: Page): Promise<void> {
  await page.waitForFunction(
    () => !document.querySelector(".history-status")?.textContent?.includes("reading"),
    undefined,
    PATIENCE,
  );
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
}

/** Closes a file, and turns the wheel over the plot before the reading worker has answered what is left. */
const closeAndTurn = (page: Page, name: string): Promise<void> =>
  page.evaluate(async (closed) => {
    const list = document.querySelector(".source-files")!;
    const gone = new Promise<void>((resolve) => {
      new MutationObserver(() => !list.textContent?.includes(closed) && resolve()).observe(list, { childList: true });
    });
    document.querySelector<HTMLElement>(`[aria-label="Close ${closed}"]`)!.click();
    await gone;
    const over = document.querySelector(".chart-canvas .u-over")!;
    const { left, top, width, height } = over.getBoundingClientRect();
    const [clientX, clientY] = [left + width / 2, top + height / 2];
    over.dispatchEvent(new WheelEvent("wheel", { deltaY: -600, clientX, clientY, bubbles: true, cancelable: true }));
  }, name);

/** Of the columns of pixels of the first plot, how many have a line: colour, where the grid is grey. */
const drawnPart = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".chart-canvas canvas")!;
    const over = document.querySelector<HTMLElement>(".chart-canvas .u-over")!;
    const { devicePixelRatio: scale } = window;
    const [left, top] = [over.offsetLeft * scale, over.offsetTop * scale];
    const [width, height] = [over.clientWidth * scale, over.clientHeight * scale];
    const { data } = canvas.getContext("2d")!.getImageData(left, top, width, height);
    const columns = new Set<number>();
    for (let i = 0; i < data.length; i += 4) {
      const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
      if (data[i + 3]! > 128 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60)
        columns.add((i / 4) % width);
    }
    return columns.size / width;
  });
/** Edges, dashes and cursors may leave some out. */
const DRAWN = 0.95;

/** What the table of the cursors has of a signal, without units. */
const cursorValues = async (page: Page, signal: string): Promise<string[]> =>
  (await page.locator(".cursor-table tbody tr", { hasText: signal }).locator("td").allTextContents()).map(
    (text) => text.split(" ")[0]!,
  );

/** "2026-06-01 02:00" where this machine stands. */
const dayOf = (time_us: number): string => timeText(time_us, 3600e6).slice(0, -3);

describe.runIf(hasBrowser)("log files dropped onto a page", { timeout: 90_000 }, () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    ({ url, server } = await serveFolder(STATIC));
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser));
    await page.goto(`${url}#/pack`);
    await page.waitForSelector(".panel");
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test("lead to the history, with the events of that device and their sentences", async () => {
    await dropFiles(page, [{ name: "other.mcap", bytes: file() }]);
    await page.locator(".source-files", { hasText: "other.mcap" }).waitFor(PATIENCE);
    expect(page.url()).toContain("#/history");
    await page.locator(".history-events li.error", { hasText: trip.text }).waitFor(PATIENCE);
    await says(page, "every tick");
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "history-dropped");
  });

  test("are drawn for any signals of the tables", async () => {
    await page.getByRole("button", { name: "All cells" }).click();
    await page.locator(".plot-key li", { hasText: "Cell 16" }).waitFor(PATIENCE);
    await page.getByRole("searchbox", { name: "Search signals" }).fill("soc bound");
    await page.getByRole("checkbox", { name: /^SOC bound/ }).check();
    await page.locator(".plot-key li", { hasText: "SOC bound" }).waitFor(PATIENCE);
    await page.getByRole("button", { name: "Cell extremes" }).click();
    await page.locator(".plot-key li", { hasText: "Highest cell" }).waitFor(PATIENCE);
    expect(await page.locator(".history-plots .plot").count()).toBe(1);
  });

  test("have a key with a look of its own for each cell, and show before the others what it points at", async () => {
    await page.getByRole("button", { name: "All cells" }).click();
    const key = page.locator(".plot-key li");
    await key.nth(17).waitFor(PATIENCE);
    const samples = await page
      .locator(".plot-key-sample")
      .evaluateAll((all) => all.map((each) => getComputedStyle(each).stroke + each.firstElementChild?.outerHTML));
    expect([samples.length, new Set(samples).size]).toEqual([18, 18]);
    const drawn = (): Promise<string> =>
      page.evaluate(() => document.querySelector<HTMLCanvasElement>(".chart-canvas canvas")!.toDataURL());
    await page.waitForFunction(
      () => !document.querySelector(".history-status")?.textContent?.includes("reading"),
      undefined,
      PATIENCE,
    );
    const before = await drawn();
    await key.nth(3).getByRole("button", { name: "Cell 4" }).focus();
    await expect.poll(drawn, PATIENCE).not.toBe(before);
    const lit = await drawn();
    await key.nth(3).getByRole("button", { name: "Cell 4" }).blur();
    await expect.poll(drawn, PATIENCE).not.toBe(lit);
    const png = await downloaded(page, "PNG");
    const plot = await page.evaluate(() => document.querySelector<HTMLCanvasElement>(".chart-canvas canvas")!.height);
    expect(png.readUInt32BE(20)).toBeGreaterThan(plot + 3 * 22); // time, heading and a key of more than one row
    await takePicture(page, "history-cells");
    await page.getByRole("button", { name: "Cell extremes" }).click();
  });

  test("show the moment of the trip to ten milliseconds, with keys alone", async () => {
    await page.getByRole("button", { name: `Show in the plot: ${trip.text}` }).click();
    await page.locator(".history-plots").focus();
    for (let press = 0; press < 12; press++) await page.keyboard.press("+");
    await page.keyboard.press("2");
    await says(page, "every tick");
    const [first, second] = await page.locator(".cursor-time").allTextContents();
    expect(first).toContain("00:01:14.3".slice(3));
    expect(second).toContain("01:14.3");
    const values = await page
      .locator(".cursor-table tbody tr", { hasText: "Highest cell" })
      .locator("td")
      .allTextContents();
    expect(Number(values[0]!.split(" ")[0])).toBeCloseTo(trip.value!, 2);
    const points = await page.evaluate(() => document.querySelector<HTMLElement>(".chart-canvas")?.dataset["drawn"]);
    expect(points).toBeDefined();
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.querySelectorAll(".history-events li").length > 8, undefined, PATIENCE);
  });

  test("show ten milliseconds about the trip, with keys alone: one tick, and lines through it from its neighbours", async () => {
    await page.getByRole("button", { name: `Show in the plot: ${trip.text}` }).click();
    await page.locator(".history-plots").focus();
    for (let press = 0; press < 30; press++) await page.keyboard.press("+");
    expect(await shown_ms(page)).toBe(10);
    await page.keyboard.press("2");
    await says(page, "every tick");
    await isRead(page);
    expect(await drawnPart(page)).toBeGreaterThan(DRAWN);
    expect(await page.locator(".chart-empty").count()).toBe(0);
    expect(await page.locator(".history-events li.error", { hasText: trip.text }).count()).toBe(1);
    const [highest] = await cursorValues(page, "Highest cell");
    expect(Number(highest)).toBeCloseTo(trip.value!, 2);
    await takePicture(page, "history-10-ms");
    await page.keyboard.press("PageDown");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    expect(await shown_ms(page)).toBeGreaterThan(10); // pressing on at the end is nothing to go back to
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.querySelectorAll(".history-events li").length > 8, undefined, PATIENCE);
  });

  test("are typed to the millisecond, and moved on at ten milliseconds without an empty plot", async () => {
    const [from, to] = [fromField(page), page.locator(".time-bar input").nth(1)];
    await from.fill(`${dayOf(PACK_BEGAN_us)}:30.120`);
    await from.press("Tab");
    await to.fill(`${dayOf(PACK_BEGAN_us)}:30.220`);
    await to.press("Tab");
    expect(await from.inputValue()).toContain(":30.120");
    expect(await shown_ms(page)).toBe(100);
    await isRead(page);
    expect(await drawnPart(page)).toBeGreaterThan(DRAWN);
    await takePicture(page, "history-100-ms");
    const plot = (await page.locator(".chart-canvas .u-over").first().boundingBox())!;
    await page.mouse.move(plot.x + plot.width / 3, plot.y + plot.height / 2);
    for (let turn = 0; turn < 4; turn++) await page.mouse.wheel(0, -600);
    await expect.poll(() => shown_ms(page), PATIENCE).toBe(10);
    for (let press = 0; press < 3; press++) {
      await page.getByRole("button", { name: "Later" }).click();
      await isRead(page);
      expect(await drawnPart(page)).toBeGreaterThan(DRAWN);
    }
    await page.getByText("Values as a table").click();
    expect(await page.locator(".history-values tbody tr").count()).toBeGreaterThanOrEqual(2);
    await page.getByText("Values as a table").click();
    const csv = await downloaded(page, "CSV");
    expect(csv.toString("utf8").trim().split("\r\n").length).toBeGreaterThanOrEqual(3); // head, and one on either side
  });

  test("of rows alone lead a line through ten milliseconds in which no row lies", async () => {
    const rows = pack.log.filter(({ topic }) => !topic.startsWith("/recorder"));
    await dropFiles(page, [{ name: "rows.mcap", bytes: file(rows) }]);
    await page.getByRole("button", { name: "Close other.mcap" }).click();
    const [from, to] = [fromField(page), page.locator(".time-bar input").nth(1)];
    await from.fill(`${dayOf(PACK_BEGAN_us)}:30.400`);
    await from.press("Tab");
    await to.fill(`${dayOf(PACK_BEGAN_us)}:30.410`);
    await to.press("Tab");
    await says(page, "rows of the log");
    await isRead(page);
    expect(await drawnPart(page)).toBeGreaterThan(DRAWN);
    await page.getByRole("button", { name: "Set cursor 1 here" }).click();
    const [highest] = await cursorValues(page, "Highest cell");
    expect(Number(highest)).toBeGreaterThan(3);
    await dropFiles(page, [{ name: "other.mcap", bytes: file() }]);
    await page.locator(".source-files", { hasText: "other.mcap" }).waitFor(PATIENCE);
    await page.getByRole("button", { name: "Close rows.mcap" }).click();
    // What follows begins where only the other is open, and is read: the page shows all of it then, whatever was shown before.
    await page.locator(".source-files", { hasText: "rows.mcap" }).waitFor({ state: "detached", ...PATIENCE });
    await says(page, "every tick");
    await isRead(page);
  });

  test("that are being closed lose no turn of the wheel: the place chosen meanwhile stays", async () => {
    await dropFiles(page, [{ name: "again.mcap", bytes: file() }]);
    await page.locator(".source-files", { hasText: "again.mcap" }).waitFor(PATIENCE);
    await isRead(page);
    const whole_ms = await shown_ms(page);
    await closeAndTurn(page, "again.mcap");
    await isRead(page);
    await expect.poll(() => shown_ms(page), PATIENCE).toBeLessThan(whole_ms / 2);
    await page.getByRole("button", { name: "All", exact: true }).click();
    await expect.poll(() => shown_ms(page), PATIENCE).toBe(whole_ms);
    await isRead(page);
  });

  test("are moved with wheel and drag, and a click sets a cursor", async () => {
    const plot = (await page.locator(".chart-canvas .u-over").first().boundingBox())!;
    const [x, y] = [plot.x + plot.width / 2, plot.y + plot.height / 2];
    const shown = await fromField(page).inputValue();
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -600);
    await page.waitForFunction(
      (before) => document.querySelector<HTMLInputElement>(".time-bar input")?.value !== before,
      shown,
    );
    const zoomed = await fromField(page).inputValue();
    await page.mouse.move(x - 100, y);
    await page.mouse.down();
    await page.mouse.move(x + 100, y, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(
      (before) => document.querySelector<HTMLInputElement>(".time-bar input")?.value !== before,
      zoomed,
    );
    await page.getByRole("button", { name: "Clear cursors" }).click();
    await page.locator(".chart-canvas .u-over").first().click();
    expect((await page.locator(".cursor-time").first().textContent())!.length).toBeGreaterThan(5);
  });

  test("are empty where nothing was logged: said in the plot, with no values on its axis or at its cursors", async () => {
    const [from, to] = [fromField(page), page.locator(".time-bar input").nth(1)];
    await from.fill("2020-01-01 00:00");
    await from.press("Tab");
    await to.fill("2020-01-01 01:00");
    await to.press("Tab");
    await page.locator(".chart-empty", { hasText: "Nothing was logged" }).waitFor(PATIENCE);
    await page.getByRole("button", { name: "Set cursor 1 here" }).click();
    const values = page.locator(".cursor-table tbody tr").first().locator("td");
    expect((await values.first().textContent())!.trim()).toBe("–");
    await takePicture(page, "history-empty");
    await from.fill("yesterday");
    await from.press("Tab");
    expect(await from.getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("button", { name: "All", exact: true }).click();
    await page.locator(".chart-empty").waitFor({ state: "detached", ...PATIENCE });
  });

  test("say in which zone their times are, here and in the CSV", async () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const said = await page.locator(".history-zone").textContent();
    expect(said).toMatch(/^Times are local \(.+, UTC[+\u2212]\d\d:\d\d\); those in the CSV are UTC\.$/);
    expect(said).toContain(zone);
  });

  test("are saved as CSV and as PNG", async () => {
    const csv = await downloaded(page, "CSV");
    const [head, first = ""] = csv.toString("utf8").split("\r\n");
    expect(head).toBe(
      "time,minCell_V min (V),minCell_V max (V),maxCell_V min (V),maxCell_V max (V),averageCell_V min (V),averageCell_V max (V)",
    );
    expect(first).toMatch(/^2026-06-01T00:0\d:\d\d\.\d{6}Z,3\.\d+,3\.\d+,/);
    const png = await downloaded(page, "PNG");
    expect(png.subarray(0, 4).toString("latin1")).toBe("\u0089PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(400);
  });

  test("stand as a table for whoever cannot see them", async () => {
    await page.getByText("Values as a table").click();
    expect(await page.locator(".history-values tbody tr").count()).toBeGreaterThan(10);
    await page.getByText("Values as a table").click();
  });

  test("several are one history, and what is no log is said", async () => {
    const later = pack.log.map((message) => ({ ...message, time_us: message.time_us + 3600e6 }));
    await dropFiles(page, [
      { name: "later.mcap", bytes: file(later) },
      { name: "none.mcap", bytes: new Uint8Array(1000).fill(7) },
    ]);
    await page.locator(".problem", { hasText: "none.mcap: not a log file" }).waitFor(PATIENCE);
    await page.locator(".source-files", { hasText: "later.mcap" }).waitFor(PATIENCE);
    await page.waitForFunction(
      (text) =>
        [...document.querySelectorAll(".history-events li")].filter((li) => li.textContent?.includes(text)).length ===
        2,
      trip.text,
      PATIENCE,
    );
    await page.getByRole("button", { name: "Close later.mcap" }).click();
    await page.locator(".source-files", { hasText: "later.mcap" }).waitFor({ state: "detached", ...PATIENCE });
  });

  test("of a device that was cut off are read to the end of the tail beside them, and a tail alone says what it lacks", async () => {
    const [from_us, early, late] = [PACK_BEGAN_us + 60e6, [] as LogMessage[], [] as LogMessage[]];
    for (const message of pack.log) (message.time_us < from_us ? early : late).push(message);
    const cut = deviceLog({ chunks: chunksOf(early), tail: late, identity: { began_us: PACK_BEGAN_us } });
    const [log, tail] = [new Uint8Array(cut.log), new Uint8Array(cut.tail)];
    await page.getByRole("button", { name: "Close other.mcap" }).click();
    const seen = page.locator(".history-events li.error", { hasText: trip.text });
    await dropFiles(page, [{ name: "cut.tail", bytes: tail }]);
    await page.locator(".problem", { hasText: "cut.tail: the tail of a log that was not finished" }).waitFor(PATIENCE);
    await dropFiles(page, [{ name: "cut.mcap", bytes: log }]);
    await page.locator(".source-files", { hasText: "cut.mcap" }).waitFor(PATIENCE);
    await page.locator(".history-events li").first().waitFor(PATIENCE);
    expect(await seen.count()).toBe(0);
    await dropFiles(page, [{ name: "cut.tail", bytes: tail }]);
    await seen.waitFor(PATIENCE);
    await dropFiles(page, [{ name: "other.mcap", bytes: file() }]);
    await page.getByRole("button", { name: "Close cut.mcap" }).click();
  });

  test("are read with capitals in their names, and other files leave the page where it is", async () => {
    const here = page.url();
    await dropFiles(page, [
      { name: "CARD.MCAP", bytes: file() },
      { name: "letter.pdf", bytes: new Uint8Array(10) },
    ]);
    await page.locator(".source-files", { hasText: "CARD.MCAP" }).waitFor(PATIENCE);
    const said = page.locator(".drop-refused", { hasText: "letter.pdf. Only log files (.mcap, .tail)" });
    await said.waitFor(PATIENCE);
    expect(await dropsDoNothing(page, "letter.pdf")).toEqual([true, true]);
    expect(page.url()).toBe(here);
    await said.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("button", { name: "Close CARD.MCAP" }).click();
    expect(await said.count()).toBe(0);
  });

  const told = (name: string) => page.locator(".problem", { hasText: name });

  test("with a damaged chunk show the rest, and say which part cannot be read", async () => {
    const bytes = file();
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    await dropFiles(page, [{ name: "other.mcap", bytes }]);
    const words = told("other.mcap is damaged: 1 of ").filter({ hasText: /whole and shown, the last until 2026-/ });
    await words.waitFor(PATIENCE);
    expect(await words.textContent()).toContain("cannot be read");
    await page.locator(".history-main").waitFor(PATIENCE);
    expect(errors).toEqual([]);
  });

  test("with a byte altered every 997 are told to be damaged and not to be empty", async () => {
    const bytes = file();
    for (let at = 500; at < bytes.length; at += 997) bytes[at]! ^= 0x10;
    await dropFiles(page, [{ name: "other.mcap", bytes }]);
    await told("other.mcap is damaged: ").filter({ hasText: "Nothing of it can be read." }).waitFor(PATIENCE);
    await page.getByText("Nothing can be read of this time: a file is damaged.").first().waitFor(PATIENCE);
    expect(await page.getByText("Nothing was logged in this time.").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("cut off at six tenths are shown that far, with until when they are whole and what is lost", async () => {
    const whole = file();
    await dropFiles(page, [{ name: "other.mcap", bytes: whole.slice(0, Math.floor(0.6 * whole.length)) }]);
    await told("other.mcap is damaged: at byte ")
      .filter({ hasText: /\d+ bytes cannot be used/ })
      .waitFor(PATIENCE);
    await dropFiles(page, [{ name: "other.mcap", bytes: whole }]);
    await told("other.mcap").waitFor({ state: "detached", ...PATIENCE });
    expect(errors).toEqual([]);
  });
});

/** Whether the browser is kept from opening what is dragged over and dropped. */
const dropsDoNothing = (page: Page, name: string): Promise<boolean[]> =>
  page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["x"], dropped));
    return ["dragover", "drop"].map((kind) => {
      const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    });
  }, name);

describe.runIf(hasBrowser)("the history of a device that runs", { timeout: 90_000 }, () => {
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    ({ url, server } = await serveFolder(STATIC));
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each([
    ["a zoom", (page: Page) => page.getByRole("button", { name: "Closer" }).click()],
    ["a step", (page: Page) => page.getByRole("button", { name: "Earlier" }).click()],
    ["a key", (page: Page) => page.locator(".history-plots").press("ArrowLeft")],
    ["a period", (page: Page) => page.getByRole("button", { name: "1 h", exact: true }).click()],
    [
      "a typed time",
      async (page: Page) => {
        await fromField(page).fill("2026-01-02 03:04:05");
        await fromField(page).press("Tab");
      },
    ],
    [
      "Back",
      async (page: Page) => {
        await page.getByRole("button", { name: "Earlier" }).click();
        await page.getByRole("checkbox", { name: "Follow" }).check();
        await page.getByRole("button", { name: "Back", exact: true }).click();
      },
    ],
  ])("is followed until %s, and then stays", async (_, act) => {
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.goto(`${url}#/history`);
    const follow = page.getByRole("checkbox", { name: "Follow" });
    await expect.poll(() => follow.isChecked(), PATIENCE).toBe(true);
    const followed = await fromField(page).inputValue();
    await expect.poll(() => fromField(page).inputValue(), PATIENCE).not.toBe(followed);
    await act(page);
    expect(await follow.isChecked()).toBe(false);
    const chosen = await fromField(page).inputValue();
    await page.clock.fastForward(10_000); // five times as long as following takes
    expect(await fromField(page).inputValue()).toBe(chosen);
    await page.context().close();
  });

  test.each([
    ["history", 360],
    ["history", 1280],
    ["what-if", 360],
    ["what-if", 1280],
  ])("the page %s moves nothing while it fills, %d pixels wide", async (name, width) => {
    const { page } = await openPage(browser, { width, height: 800 });
    await page.goto(`${url}#/${name}`);
    if (name === "history") await page.waitForSelector(".chart-canvas[data-drawn]", PATIENCE);
    else await page.waitForSelector(".stretch:enabled", PATIENCE);
    expect(await layoutShifts(page)).toBeLessThan(0.01);
    await page.context().close();
  });

  test("has nothing that axe finds on a phone, tables and all", { timeout: 90_000 }, async () => {
    const { page } = await openPage(browser, { width: 360, height: 740 });
    await page.goto(`${url}#/history`);
    await page.getByRole("button", { name: "All cells" }).click();
    await page.locator(".plot-key li", { hasText: "Cell 16" }).waitFor(PATIENCE);
    const values = page.locator(".history-values");
    await expect
      .poll(async () => {
        // The page may draw anew between finding the summary and pressing it.
        if ((await values.getAttribute("open")) === null) await values.locator("summary").press("Enter");
        return page.locator(".value-table tbody tr").count();
      }, PATIENCE)
      .toBeGreaterThan(0);
    await page.getByRole("button", { name: "Set cursor 1 here" }).click();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent("download", PATIENCE);
  await page.getByRole("button", { name, exact: true }).click();
  return readFileSync(await (await coming).path());
}

describe.runIf(hasBrowser)("a log of the server's own device that is damaged", { timeout: 90_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-damaged-"));
  let browser: Browser;
  let rig: MonitorRig;
  let data: DataOperations;
  let page: Page;

  beforeAll(async () => {
    writePackFolder(folder, pack);
    const [name] = readdirSync(join(folder, "log")).filter((each) => each.endsWith(".mcap"));
    const bytes = readFileSync(join(folder, "log", name!));
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    writeFileSync(join(folder, "log", name!), bytes);
    writeFileSync(join(folder, "log", "2026-05-01T00-00-00Z.mcap"), new Uint8Array(1000).fill(7));
    data = createDataOperations(folder);
    rig = await createMonitorRig("people", { data, pages: WEB });
    const url = await rig.app.listen({ host: "127.0.0.1", port: 0 });
    browser = await startBrowser();
    ({ page } = await openPage(browser));
    const [cookie, value] = headersOf(rig, "viewer", "session")["cookie"]!.split("=") as [string, string];
    await page.context().addCookies([{ name: cookie, value, url }]);
    await page.goto(`${url}/#/history`);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rig?.close();
    await data?.close();
    rmSync(folder, { recursive: true });
  });

  test("is told as a dropped one is: which part cannot be read, from when on, and until when the rest is whole", async () => {
    const said = page.locator(".history-source .problem", { hasText: "2026-06-01T00-00-00Z.mcap is damaged" });
    await said.waitFor(PATIENCE);
    expect(await said.textContent()).toMatch(
      /: 1 of 3 chunks cannot be read, it begins at 2026-.* 2 chunks are whole and shown, the last until 2026-/,
    );
    await page.locator(".history-source .problem", { hasText: "2026-05-01T00-00-00Z.mcap: not a log file" }).waitFor();
    await page.locator(".chart-canvas[data-drawn]").first().waitFor(PATIENCE);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "history-damaged");
  });
});

describe.runIf(hasBrowser)("thirty days of a server's log", { timeout: 120_000 }, () => {
  const LIMIT_ms = 300;
  let browser: Browser;
  let rig: MonitorRig;
  let data: DataOperations;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-month-"));

  beforeAll(async () => {
    writeMonthOfLogs(folder);
    data = createDataOperations(folder);
    rig = await createMonitorRig("people", { data, pages: WEB });
    const url = await rig.app.listen({ host: "127.0.0.1", port: 0 });
    browser = await startBrowser();
    ({ page } = await openPage(browser));
    const [name, value] = headersOf(rig, "viewer", "session")["cookie"]!.split("=") as [string, string];
    await page.context().addCookies([{ name, value, url }]);
    await page.goto(`${url}/#/history`);
    await page.getByRole("button", { name: "Limits" }).click(PATIENCE);
    await page.getByRole("button", { name: "1 day" }).click();
    await page.waitForSelector(".chart-canvas canvas", PATIENCE);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rig?.close();
    await data?.close();
    rmSync(folder, { recursive: true });
  });

  /** From the press to the canvas, as the page's own clock has it. */
  const drawn_ms = (button: string): Promise<number> =>
    page.evaluate(async (name) => {
      const press = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name)!;
      const host = document.querySelector<HTMLElement>(".chart-canvas")!;
      const began = performance.now();
      press.click();
      while (Number(host.dataset["drawn"]) < began) await new Promise(requestAnimationFrame);
      return Number(host.dataset["drawn"]) - began;
    }, button);

  test(`are drawn within ${LIMIT_ms} ms of the press`, async () => {
    const took_ms: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      took_ms.push(await drawn_ms("30 days"));
      await drawn_ms("10 min");
    }
    took_ms.sort((a, b) => a - b);
    expect(took_ms[took_ms.length >> 1]).toBeLessThanOrEqual(LIMIT_ms);
  });

  test("reach from their first to their last day, with the extremes of every ten minutes", async () => {
    await page.getByRole("button", { name: "All", exact: true }).click();
    await says(page, "every ten minutes");
    const shown = await page
      .locator(".time-bar input")
      .evaluateAll((fields) => fields.map((field) => Date.parse((field as HTMLInputElement).value)));
    expect(shown[0]).toBe(MONTH_BEGAN_us / 1000);
    expect(Math.abs(shown[1]! - (MONTH_BEGAN_us + MONTH_us) / 1000)).toBeLessThan(60_000);
    const csv = (await downloaded(page, "CSV")).toString("utf8").trim().split("\r\n");
    expect(csv.length).toBeGreaterThan(900);
  });
});
