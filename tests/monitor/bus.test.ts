// The page of the buses in a real browser over the virtual pack: real frames of the device's own node by name, filtered, held still,
// counted, taken apart, and saved as a candump that other programs read.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { frameOfCandump } from "../../src/log/can-frame.ts";
import { hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { isPresent } from "../../tools/debian-packages.ts";
import { staticPages } from "../rigs/static-pages.ts";

/** Debian's own Python, whichever else is first on the path. */
const PYTHON = "/usr/bin/python3";
const READ = `
import can, json, sys
print(json.dumps([[m.arbitration_id, m.is_extended_id, m.data.hex(), round(m.timestamp, 6)] for m in can.LogReader(sys.argv[1])]))
`;

describe.runIf(hasBrowser)("the buses in Chromium", () => {
  const pages = staticPages();

  async function opened(): Promise<{ page: Page; errors: string[] }> {
    const { page, errors } = await openPage(pages.browser, { width: 1600 });
    await page.goto(`${pages.url}#/bus`);
    await page.locator(".frames tbody tr").filter({ hasText: "SDO from node 32" }).nth(2).waitFor({ timeout: 30_000 });
    return { page, errors };
  }
  const names = (page: Page): Promise<string[]> => page.locator(".frames tbody .name").allTextContents();

  test("frames and requests come by name with what they say, and axe finds nothing", async () => {
    const { page, errors } = await opened();
    const row = page.locator(".frames tbody tr").filter({ hasText: "SDO from node 32" }).first();
    expect(await row.textContent()).toMatch(/(soc|battery_V|current_A|minCell_V|maxCell_V|maxTemperature_degC) -?\d/);
    await page
      .locator(".frames .modbus")
      .filter({ hasText: /battery_V \d+\.\d+ V/ })
      .first()
      .waitFor();
    expect(await names(page)).toEqual(expect.arrayContaining(["heartbeat of node 32", "SYNC", "TPDO 1", "TPDO 2"]));
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "bus-frames");
    expect(errors).toEqual([]);
    await page.context().close();
  }, 60_000);

  test("the filter by text, direction, bus and identifier leaves what fits, also of what comes later", async () => {
    const { page } = await opened();
    await page.getByLabel("Text").fill("heartbeat");
    expect(new Set(await names(page))).toEqual(new Set(["heartbeat of node 32", "heartbeat of node 1"]));
    await page.getByLabel("Direction").selectOption("sent");
    expect(new Set(await names(page))).toEqual(new Set(["heartbeat of node 32"]));
    const before = (await names(page)).length;
    await page.waitForFunction((count) => document.querySelectorAll(".frames tbody tr").length > count, before);
    expect(new Set(await names(page))).toEqual(new Set(["heartbeat of node 32"]));
    await page.getByLabel("Text").fill("");
    await page.getByLabel("Direction").selectOption("all");
    await page.getByRole("combobox", { name: "Bus" }).selectOption("modbus");
    for (const name of await names(page)) expect(name).toMatch(/^read input registers/);
    await page.getByRole("combobox", { name: "Bus" }).selectOption("all");
    await page.getByRole("button", { name: "◀ 080" }).last().click(); // among the identifiers
    expect(new Set(await names(page))).toEqual(new Set(["SYNC"]));
    await page.context().close();
  }, 60_000);

  test("held still nothing changes, and what came meanwhile is there when it goes on", async () => {
    const { page } = await opened();
    await page.getByRole("button", { name: "Pause" }).click();
    const before = await page.locator(".frames tbody").textContent();
    await page.getByText(/Paused; [1-9]\d* have come meanwhile/).waitFor({ timeout: 10_000 });
    expect(await page.locator(".frames tbody").textContent()).toBe(before);
    const rows = await page.locator(".frames tbody tr").count();
    await page.getByRole("button", { name: "Go on" }).click();
    expect(await page.locator(".frames tbody tr").count()).toBeGreaterThan(rows);
    await page.context().close();
  }, 60_000);

  test("each identifier is counted with its rate: heartbeats of a second come once a second", async () => {
    const { page } = await opened();
    const row = page.locator(".identifiers tbody tr").filter({ hasText: "heartbeat of node 32" });
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".identifiers tbody tr")].some((each) =>
          /node 32.*?[4-9]\d?1\.0/.test(each.textContent ?? ""),
        ),
      undefined,
      { timeout: 20_000 },
    );
    const [, , count, rate] = await row.locator("td").allTextContents();
    expect(Number(count)).toBeGreaterThanOrEqual(4);
    expect(Number(rate)).toBeCloseTo(1, 1);
    await page.context().close();
  }, 60_000);

  test("a chosen frame is taken apart into its values and bytes, by the keyboard too", async () => {
    const { page } = await opened();
    await page.getByLabel("Text").fill("TPDO 1");
    await page.locator(".frames tbody button").first().focus();
    await page.keyboard.press("Enter");
    const details = page.locator(".frame-details");
    expect(await details.locator("strong").textContent()).toBe("TPDO 1");
    expect(await details.locator("tbody tr").count()).toBe(8);
    expect(await details.locator(".frame-values li").count()).toBeGreaterThanOrEqual(5);
    const hex = await details.locator("tbody td:nth-child(2)").allTextContents();
    const shown = await page.locator(".frames tr.chosen .bytes").textContent();
    expect(hex.join(" ")).toBe(shown);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  }, 60_000);

  test("what is saved is read back as the same frames, by python-can where it is there", async () => {
    const { page } = await opened();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("combobox", { name: "Bus" }).selectOption("can");
    const ids = (await page.locator(".frames tbody .id").allTextContents()).map((text) => text.trim().slice(2));
    const bytes = (await page.locator(".frames tbody .bytes").allTextContents()).map((text) =>
      text.replaceAll(" ", ""),
    );
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as candump" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^can-\d{4}-\d\d-\d\d-\d{4}\.log$/);
    const file = `${await download.path()}.log`;
    await download.saveAs(file);
    const lines = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => frameOfCandump(line));
    const hex = (data: Uint8Array): string => Buffer.from(data).toString("hex").toUpperCase();
    expect(lines.map((read) => read?.frame.id)).toEqual(ids.map((id) => Number.parseInt(id, 16)).reverse());
    expect(lines.map((read) => hex(read!.frame.data))).toEqual(bytes.reverse());
    expect(new Set(lines.map((read) => read?.frame.direction))).toEqual(new Set(["rx", "tx"]));
    for (let i = 1; i < lines.length; i++) expect(lines[i]!.time_us).toBeGreaterThanOrEqual(lines[i - 1]!.time_us);
    if (isPresent("python3-can")) {
      const read = JSON.parse(execFileSync(PYTHON, ["-c", READ, file], { encoding: "utf8" })) as [
        number,
        boolean,
        string,
      ][];
      expect(read.map(([id]) => id)).toEqual(lines.map((each) => each!.frame.id));
      expect(read.map(([, , data]) => data.toUpperCase())).toEqual(lines.map((each) => hex(each!.frame.data)));
    }
    await page.context().close();
  }, 60_000);
});
