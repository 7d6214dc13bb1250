// A running device with its monitor (fuzz/running-monitor.ts) as a browser meets it: where the pages are, the one-time code, and the
// way into the page. Its port stays the same when the server is killed.

import { once } from "node:events";
import { createServer } from "node:net";
import type { Page } from "playwright-core";
import { startMonitor } from "../fuzz/running-monitor.ts";

const PATIENCE_s = 60;

export const OWNER = { name: "olga", password: "a long enough secret" } as const;

export type Monitored = {
  /** The data folder. */
  readonly folder: string;
  readonly url: string;
  readonly code: string;
  /** Process of the server, or of the device. */
  readonly pid: (of: "serve" | "run") => number;
  readonly stop: () => Promise<void>;
};

/** Starts device and server on a free port; ready when the terminal has told where the monitor is. `hasPorts`: with its buses. */
export async function startMonitored(options: readonly string[] = [], hasPorts = false): Promise<Monitored> {
  const ports = hasPorts ? [] : ["--no-ports"];
  const monitor = startMonitor([...ports, "--port", String(await freePort()), ...options]);
  const code = await monitor.until("the monitor", () => /with the code (\S+?)\)/.exec(monitor.said())?.[1], PATIENCE_s);
  return {
    ...{ folder: monitor.data, url: monitor.url().replace(/\/$/, ""), code },
    pid: (of) => monitor.pid(of) ?? 0,
    stop: async () => {
      await monitor.end();
    },
  };
}

/** One that the server finds again after it was killed. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The first start in the page: the code of the terminal makes the owner, and the pack is shown live. */
export async function makeOwner(page: Page, { url, code }: Monitored): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Code from the terminal").fill(code);
  await page.getByLabel("Name").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Make the owner" }).click();
  await isLive(page);
}

export async function logIn(page: Page, { url }: Monitored, name: string, password: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Waits until what is shown is of now. */
export const isLive = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector(".connection")?.textContent?.startsWith("Live"), undefined, {
    timeout: 30_000,
  });
