// The monitor as a person meets it: real processes, a real browser. The first start, two roles, a server that is killed and comes
// back, and what the first page costs.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openPage, startBrowser, takePicture, violations } from "../../tools/browser/chromium.ts";
import {
  isLive,
  logIn,
  type Monitored,
  makeOwner,
  OWNER,
  startMonitored,
} from "../../tools/browser/monitored-device.ts";
import { layoutShifts, scriptSize_bytes } from "../../tools/browser/page-cost.ts";

const VIEWER = { name: "vera", password: "only looks at the pack" } as const;
/** First load of the pack, issue of the monitor's quality. */
const MOST_SCRIPT_bytes = 120_000;

describe.runIf(hasBrowser)("a device and its monitor", () => {
  let browser: Browser;
  let device: Monitored;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    device = await startMonitored();
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
  }, 30_000);

  test("show at the first start that an owner is to be made, and refuse a wrong code", async () => {
    await page.goto(device.url);
    await page.getByLabel("Code from the terminal").fill("AAAA-AAAA");
    await page.getByLabel("Name").fill(OWNER.name);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Make the owner" }).click();
    await page.getByRole("alert").filter({ hasText: /code/i }).waitFor();
    expect(await violations(page)).toEqual([]);
    errors.length = 0; // the browser's console tells every refusal as an error
  });

  test("let in who has the code of the terminal, and show the pack live", async () => {
    await makeOwner(page, device);
    await page.waitForFunction(() => document.querySelectorAll(".cell").length === 16);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "monitor-pack");
    expect(errors.filter((text) => !text.includes("403"))).toEqual([]); // the wrong code of before
  });

  test("say that a killed server is gone and how old the data are, and come back by themselves", async () => {
    const before = device.pid("serve");
    process.kill(before, "SIGKILL");
    await page.waitForFunction(() => document.querySelector(".connection")?.classList.contains("stale"));
    await isLive(page);
    expect(device.pid("serve")).not.toBe(before);
    errors.length = 0;
  });

  test("say that a killed device is down, start it again with open contactors, and go on", async () => {
    const before = device.pid("run");
    process.kill(before, "SIGKILL");
    await page.waitForFunction(() => document.querySelector(".connection")?.classList.contains("stale"));
    await isLive(page);
    expect(device.pid("run")).not.toBe(before);
    const entries = await page.evaluate(async () => (await (await fetch("/api/v1/journal?limit=50")).json()).entries);
    const codes = (entries as { code: string }[]).map(({ code }) => code);
    expect(codes).toContain("killed");
    errors.length = 0;
  });

  test("let a viewer look and nothing else, in the page and beside it", async () => {
    await addViewer(page);
    const other = await openPage(browser);
    await logIn(other.page, device, VIEWER.name, VIEWER.password);
    await isLive(other.page);
    expect(await other.page.getByText("Commands").count()).toBe(0);
    const refused = await other.page.evaluate(async () => {
      const { csrf } = await (await fetch("/api/v1/session")).json();
      const headers = { "content-type": "application/json", "x-csrf-token": csrf };
      const response = await fetch("/api/v1/settings", {
        method: "POST",
        headers,
        body: JSON.stringify({ changes: { "battery.capacity_Ah": 50 } }),
      });
      return [response.status, (await response.json()).type];
    });
    expect(refused).toEqual([403, "/problems/notAllowed"]);
    await other.page.context().close();
  });

  test("load the first page with less than 120 kB of packed script, and nothing moves while it fills", async () => {
    const { page: fresh } = await openPage(browser);
    await logIn(fresh, device, OWNER.name, OWNER.password);
    await isLive(fresh);
    const shifts = await layoutShifts(fresh);
    const bytes = await scriptSize_bytes(fresh);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(MOST_SCRIPT_bytes);
    expect(shifts).toBeLessThan(0.01);
    await fresh.context().close();
  });
});

/** The owner adds an account, as a program would. */
async function addViewer(page: Page): Promise<void> {
  const status = await page.evaluate(async (viewer) => {
    const { csrf } = await (await fetch("/api/v1/session")).json();
    const headers = { "content-type": "application/json", "x-csrf-token": csrf };
    const body = JSON.stringify({ ...viewer, role: "viewer" });
    return (await fetch("/api/v1/accounts", { method: "POST", headers, body })).status;
  }, VIEWER);
  expect(status).toBe(200);
}
