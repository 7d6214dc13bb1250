// A real browser (Debian's Chromium) and the built pages for tests: opens a page, notes every error its console shows, judges it with
// axe, and takes pictures for the artefacts.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

export const CHROMIUM = "/usr/bin/chromium";
export const hasBrowser = existsSync(CHROMIUM);
const ROOT = join(import.meta.dirname, "../..");
export const PICTURES = join(ROOT, "dist/pictures");
const AXE = join(ROOT, "node_modules/axe-core/axe.min.js");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

/** A page with a list that gets every error of its console, uncaught ones too. */
export async function openPage(
  browser: Browser,
  options: { width?: number; height?: number; dark?: boolean } = {},
): Promise<{ page: Page; errors: string[] }> {
  const { width = 1280, height = 900, dark = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  return { page, errors };
}

/** What axe finds wrong, one line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(AXE, "utf8")); // not as a script of the page: its policy allows none
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe stands in the page
    const { violations: found } = await (globalThis as any).axe.run(document);
    return found.map(
      ({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
        `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
    );
  });
}

/** Fields, buttons and plots that reach out of their panel, and are not in something that scrolls. */
export const escaped = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll(".panel")].flatMap((panel) => {
      const { left, right } = panel.getBoundingClientRect();
      const scrolls = (element: Element): boolean => {
        for (let each: Element | null = element; each !== null && each !== panel; each = each.parentElement)
          if (getComputedStyle(each).overflowX !== "visible") return true;
        return false;
      };
      return [...panel.querySelectorAll("input, select, textarea, button, canvas, svg")]
        .filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width > 0 && (box.left < left - 1 || box.right > right + 1) && !scrolls(element.parentElement!);
        })
        .map((element) => element.outerHTML.slice(0, 100));
    }),
  );

/** From now on each page that is opened here notes what moves in it without anybody having touched it. */
export const watchShifts = (page: Page): Promise<void> =>
  page
    .addInitScript(() => {
      const shifts: { value: number; what: string }[] = [];
      Object.assign(globalThis, { shifts });
      const nameOf = (node: Node | null): string =>
        node instanceof Element ? `${node.localName}.${node.className}` : (node?.textContent ?? "?");
      new PerformanceObserver((list) => {
        // biome-ignore lint/suspicious/noExplicitAny: TypeScript does not know entries of layout shifts
        for (const { value, hadRecentInput, sources } of list.getEntries() as any[])
          if (!hadRecentInput)
            shifts.push({ value, what: sources.map(({ node }: { node: Node }) => nameOf(node)).join(" ") });
      }).observe({ type: "layout-shift", buffered: true });
    })
    .then(() => undefined);

/** How much has moved since the page was opened, as the browser counts it, and what: judged once the page has been painted again. */
export async function shiftsOf(page: Page): Promise<{ sum: number; told: string[] }> {
  const shifts = await page.evaluate(async () => {
    for (let frame = 0; frame < 40; frame++) await new Promise(requestAnimationFrame);
    return (globalThis as unknown as { shifts: { value: number; what: string }[] }).shifts;
  });
  return {
    sum: shifts.reduce((sum, { value }) => sum + value, 0),
    told: shifts.map(({ value, what }) => `${value.toFixed(4)} ${what}`),
  };
}

/** Asks the virtual device in the page's worker, past the pages: to break something, for example. What it answers is not waited for. */
export async function askVirtual(page: Page, name: string, input: object): Promise<void> {
  const [worker] = page.workers();
  await worker!.evaluate(
    ([operation, given]) => {
      const data = { kind: "call", id: -1, name: operation, input: given };
      self.dispatchEvent(new MessageEvent("message", { data }));
    },
    [name, input] as const,
  );
}

export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Serves a folder as any static host would. */
export async function serveFolder(folder: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
    const file = join(folder, path === "/" ? "index.html" : path);
    if (!file.startsWith(folder) || !existsSync(file)) response.writeHead(404).end();
    else
      response
        .writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" })
        .end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`, server };
}
