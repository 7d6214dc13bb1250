// Makes dist/ for the published package: every source file of the program with its types blanked out, and its data beside it.
// Node.js runs our sources as they are, but not below node_modules; this is the whole build. Runs before `npm pack`.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

const ROOT = dirname(import.meta.dirname);
const SOURCES = join(ROOT, "src");
const DIST = join(ROOT, "dist");
const RELATIVE_IMPORT = /((?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*"\.[^"\n]*)\.ts"/g;

/** A source as Node.js runs it anywhere: same lines and columns, imports that end in .js. */
export function toJavaScript(source: string): string {
  return stripTypeScriptTypes(source, { mode: "strip" }).replace(RELATIVE_IMPORT, '$1.js"');
}

function pack(): void {
  rmSync(DIST, { recursive: true, force: true });
  for (const path of globSync("**/*.*", { cwd: SOURCES })) {
    if (path.endsWith(".test.ts") || path.endsWith("tsconfig.json")) continue;
    mkdirSync(dirname(join(DIST, path)), { recursive: true });
    if (!path.endsWith(".ts")) cpSync(join(SOURCES, path), join(DIST, path));
    else
      writeFileSync(join(DIST, path.replace(/\.ts$/, ".js")), toJavaScript(readFileSync(join(SOURCES, path), "utf8")));
  }
}

if (import.meta.main) pack();
