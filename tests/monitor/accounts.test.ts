// Accounts in a real browser, against real processes: people come and go, tokens are made and revoked, one's own password is changed,
// and all of it stands in the list of what has been done.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { escaped, hasBrowser, openPage, startBrowser, takePicture, violations } from "../../tools/browser/chromium.ts";
import {
  isLive,
  logIn,
  type Monitored,
  makeOwner,
  OWNER,
  startMonitored,
} from "../../tools/browser/monitored-device.ts";

const BOB = { name: "bob", password: "a boat that floats", next: "a boat that sails" } as const;

describe.runIf(hasBrowser)("the page of accounts", { timeout: 90_000 }, () => {
  let browser: Browser;
  let device: Monitored;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    device = await startMonitored();
    browser = await startBrowser();
    ({ page, errors } = await openPage(browser));
    await makeOwner(page, device);
    await page.getByRole("link", { name: "Accounts" }).click();
    await page.getByRole("rowheader", { name: OWNER.name }).waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await device?.stop();
  }, 30_000);

  const dialog = () => page.getByRole("dialog");
  const api = (path: string, headers: Record<string, string>) =>
    fetch(`${device.url}/api/v1${path}`, { headers }).then(({ status }) => status);

  test.each([
    [360, 740],
    [1280, 900],
    [3840, 2160],
  ])("keeps everything in its panel on %d by %d pixels", async (width, height) => {
    const before = page.viewportSize()!;
    await page.setViewportSize({ width, height });
    expect(await escaped(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.setViewportSize(before);
  });

  test("adds a person, not with a weak password, who can log in then", async () => {
    await page.getByRole("button", { name: "Add a person" }).click();
    await dialog().getByLabel("Name").fill(BOB.name);
    await dialog().getByLabel("Role").selectOption("operator");
    await dialog().getByLabel("New password").fill("password12345");
    await dialog().getByRole("button", { name: "Add" }).click();
    await dialog().getByText("the password is one of those that everybody tries first").waitFor();
    errors.length = 0; // the browser's console tells every refusal as an error
    expect(await violations(page)).toEqual([]);
    await dialog().getByLabel("New password").fill(BOB.password);
    await dialog().getByRole("button", { name: "Add" }).click();
    await page.getByRole("rowheader", { name: BOB.name }).waitFor();
    const { page: other } = await openPage(browser);
    await logIn(other, device, BOB.name, BOB.password);
    await isLive(other);
    await other.context().close();
  });

  test("makes a token that lets a program in, shows it once, and revokes it", async () => {
    await page.getByRole("button", { name: "Make a token" }).click();
    await dialog().getByLabel("What it is for").fill("solar log");
    await dialog().getByRole("button", { name: "Make it" }).click();
    const secret = await page.getByLabel("The token: it is shown only now").inputValue();
    const headers = { authorization: `Bearer ${secret}` };
    expect([await api("/snapshot", headers), await api("/accounts", headers)]).toEqual([200, 403]);
    await page.getByRole("button", { name: "Revoke solar log" }).click();
    await dialog().getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No program has a token.").waitFor();
    expect(await api("/snapshot", headers)).toBe(401);
    expect(await page.getByText(secret).count()).toBe(0);
  });

  test("refuses to leave the device without owner, and shows the role as it is", async () => {
    await page.getByLabel(`Role of ${OWNER.name}`).selectOption("viewer");
    await page.getByText("the last owner stays an owner").waitFor();
    await page.waitForFunction(
      (label) => document.querySelector<HTMLSelectElement>(`[aria-label="${label}"]`)?.value === "owner",
      `Role of ${OWNER.name}`,
    );
    errors.length = 0;
  });

  test("lets each change the own password, with the old one only", async () => {
    const { page: other } = await openPage(browser);
    await logIn(other, device, BOB.name, BOB.password);
    await other.getByRole("link", { name: "Accounts" }).click();
    expect(await other.getByRole("button", { name: "Add a person" }).count()).toBe(0);
    const change = async (old: string): Promise<void> => {
      await other.getByLabel("Old password").fill(old);
      await other.getByLabel("New password").fill(BOB.next);
      await other.getByRole("button", { name: "Change the password" }).click();
    };
    await change("not the old one");
    await other.getByText("the old password is wrong").waitFor();
    await change(BOB.password);
    await other.getByText("The password is changed.").waitFor();
    await other.context().close();
    const again = await openPage(browser);
    await logIn(again.page, device, BOB.name, BOB.next);
    await isLive(again.page);
    await again.page.context().close();
  });

  test("removes a person, whose open page is shown the way in", async () => {
    const { page: other } = await openPage(browser);
    await logIn(other, device, BOB.name, BOB.next);
    await isLive(other);
    await page.getByRole("button", { name: `Remove ${BOB.name}` }).click();
    await dialog().getByRole("button", { name: "Remove" }).click();
    await page.getByRole("rowheader", { name: BOB.name }).waitFor({ state: "detached" });
    await other.getByRole("button", { name: "Log in" }).waitFor();
    await other.context().close();
  });

  test("lets in a page of the same browser once somebody has logged in again in another", async () => {
    const { page: first } = await openPage(browser);
    await logIn(first, device, OWNER.name, OWNER.password);
    await isLive(first);
    const second = await first.context().newPage();
    await second.goto(device.url);
    await isLive(second);
    await second.getByRole("button", { name: "Log out" }).click();
    await first.getByRole("button", { name: "Log in" }).waitFor();
    await logIn(second, device, OWNER.name, OWNER.password);
    await isLive(second);
    await isLive(first);
    await first.context().close();
  });

  test("tells what has been done, by whom and from where", async () => {
    await page.getByRole("button", { name: "Look again" }).click();
    const row = (...words: string[]) =>
      words.reduce((rows, word) => rows.filter({ hasText: word }), page.locator(".audit tbody tr")).first();
    await row(OWNER.name, "127.0.0.1", "removeAccount", "done", BOB.name).waitFor();
    await row(OWNER.name, "127.0.0.1", "createOwner", "done").waitFor();
    await row(BOB.name, "127.0.0.1", "changePassword", "refused", "the old password is wrong").waitFor();
    await row("token solar log", "accounts", "refused", "needs the role owner").waitFor();
  });

  test.each([
    ["light", 1440],
    ["dark", 1440],
    ["light", 360],
    ["dark", 360],
  ] as const)("has no fault that axe would find, in %s at %i px", async (theme, width) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => scrollTo(0, 0));
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const lists = page.locator(".accounts .wide");
    expect(await lists.evaluateAll((all) => all.map((each) => each.scrollWidth - each.clientWidth))).toEqual(
      Array.from({ length: await lists.count() }, () => 0),
    );
    await takePicture(page, `accounts-${theme}-${width}`);
    expect(errors).toEqual([]);
  });
});
