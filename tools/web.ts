// Builds the pages with Vite into dist/web, for the server, and dist/static, a folder that runs a whole virtual device in any browser
// without a server. Usage: npm run web [-- --watch]
// With --languages FILE, which takes the place of src/web/texts/languages.ts, into dist/languages instead: for tests.
// Each text file lies there packed too (gzip, brotli), so that the server packs nothing while it runs.

import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type InlineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";

const ROOT = join(import.meta.dirname, "..");
const PAGES = join(ROOT, "dist/web");
const STATIC = join(ROOT, "dist/static");
const OTHER_LANGUAGES = join(ROOT, "dist/languages");
/** What is worth packing. */
const TEXTS = "**/*.{js,css,html,svg,json}";
/** A page without inline parts, which speaks to where it comes from and nowhere else. */
const POLICY =
  "default-src 'self'; style-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'";

/** Another list of languages in place of the one of the sources. */
const speaks = (list: string): Plugin => ({
  name: "languages",
  enforce: "pre",
  resolveId: (source) => (source === "./languages.ts" ? resolve(list) : undefined),
});

const config = (watch: boolean, outDir = PAGES, more: readonly Plugin[] = []): InlineConfig => ({
  root: join(ROOT, "src/web"),
  mode: "production",
  configFile: false,
  base: "./",
  logLevel: "warn",
  plugins: [...more, solid()],
  worker: { format: "es" },
  build: {
    outDir,
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
  toldVirtual(STATIC);
}

function toldVirtual(folder: string): void {
  const path = join(folder, "index.html");
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

async function buildLanguages(list: string): Promise<void> {
  await build(config(false, OTHER_LANGUAGES, [speaks(list)]));
  toldVirtual(OTHER_LANGUAGES);
}

const [, list] = process.argv.slice(process.argv.indexOf("--languages"));
if (import.meta.main && process.argv.includes("--languages")) await buildLanguages(list!);
else if (import.meta.main) await buildPages(process.argv.includes("--watch"));
