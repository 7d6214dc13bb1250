// Builds the pages with Vite into dist/web, for the server, and dist/static, a folder that runs a whole virtual device in any browser
// without a server. Usage: npm run web [-- --watch]
// Each text file lies there packed too (gzip, brotli), so that the server packs nothing while it runs.

import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type InlineConfig } from "vite";
import solid from "vite-plugin-solid";

const ROOT = join(import.meta.dirname, "..");
const PAGES = join(ROOT, "dist/web");
const STATIC = join(ROOT, "dist/static");
/** What is worth packing. */
const TEXTS = "**/*.{js,css,html,svg,json}";
/** A page without inline parts, which speaks to where it comes from and nowhere else. */
const POLICY =
  "default-src 'self'; style-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'";

const config = (watch: boolean): InlineConfig => ({
  root: join(ROOT, "src/web"),
  mode: "production",
  configFile: false,
  base: "./",
  logLevel: "warn",
  plugins: [solid()],
  worker: { format: "es" },
  build: {
    outDir: PAGES,
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
    chunkSizeWarningLimit: 2000,
    watch: watch ? {} : null,
  },
});

/** The same pages, told that their device is in the page. */
function makeStatic(): void {
  rmSync(STATIC, { recursive: true, force: true });
  cpSync(PAGES, STATIC, { recursive: true });
  const path = join(STATIC, "index.html");
  const page = readFileSync(path, "utf8")
    .replace('name="bms-home" content="server"', 'name="bms-home" content="virtual"')
    .replace("<title>", `<meta http-equiv="Content-Security-Policy" content="${POLICY}" />\n    <title>`);
  writeFileSync(path, page);
}

function packTexts(): void {
  for (const path of globSync(TEXTS, { cwd: PAGES })) {
    const bytes = readFileSync(join(PAGES, path));
    writeFileSync(join(PAGES, `${path}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(PAGES, `${path}.br`), brotliCompressSync(bytes));
  }
}

/** Builds both folders. Rejects where a source does not compile. */
export async function buildPages(watch = false): Promise<void> {
  await build(config(watch));
  makeStatic();
  packTexts();
}

if (import.meta.main) await buildPages(process.argv.includes("--watch"));
