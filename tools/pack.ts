// Makes dist/ for the published package: every source file of the program with its types blanked out, and its data beside it.
// Node.js runs our sources as they are, but not below node_modules; this is the whole build. Runs before `npm pack`.
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
// biome-ignore lint/correctness/useImportExtensions: it is plain JavaScript, its types stand beside it
import { arePagesOld } from "./pages-age.mjs";
import { buildPages } from "./web.ts";

const ROOT = dirname(import.meta.dirname);
const SOURCES = join(ROOT, "src");
const DIST = join(ROOT, "dist");
const RELATIVE_IMPORT = /((?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*"\.[^"\n]*)\.ts"/g;

/** A source as Node.js runs it anywhere: same lines and columns, imports that end in .js. */
export function toJavaScript(source: string): string {
  return stripTypeScriptTypes(source, { mode: "strip" }).replace(RELATIVE_IMPORT, '$1.js"');
}

/** The pages are built (web.ts), not copied; they lie in dist already, and others may be reading them. */
const isCopied = (path: string): boolean =>
  !path.startsWith("web/") && !path.endsWith(".test.ts") && !path.endsWith("tsconfig.json");

async function pack(): Promise<void> {
  if (arePagesOld()) await buildPages();
  for (const ring of readdirSync(SOURCES))
    if (ring !== "web") rmSync(join(DIST, ring), { recursive: true, force: true });
  for (const path of globSync("**/*.*", { cwd: SOURCES }).filter(isCopied)) {
    mkdirSync(dirname(join(DIST, path)), { recursive: true });
    if (!path.endsWith(".ts")) cpSync(join(SOURCES, path), join(DIST, path));
    else
      writeFileSync(join(DIST, path.replace(/\.ts$/, ".js")), toJavaScript(readFileSync(join(SOURCES, path), "utf8")));
  }
}

if (import.meta.main) await pack();
