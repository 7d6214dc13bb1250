// Whether the built pages are older than their sources. Plain JavaScript, because the bootstrap asks before anything is installed.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILT = join(ROOT, "dist", "web", "index.html");
/** Only Node.js runs these. */
const NOT_IN_PAGES = ["cli", "device", "server"];

/** True where a file of src that can be in a page, or the build itself, is newer than the pages. */
export function arePagesOld() {
  if (!existsSync(BUILT)) return true;
  const built_ms = statSync(BUILT).mtimeMs;
  const isNewer = (path) => statSync(path).mtimeMs > built_ms;
  const rings = readdirSync(join(ROOT, "src")).filter((ring) => !NOT_IN_PAGES.includes(ring));
  const folders = rings.map((ring) => join(ROOT, "src", ring));
  const isFolderNewer = (folder) =>
    readdirSync(folder, { recursive: true }).some((file) => !file.endsWith(".test.ts") && isNewer(join(folder, file)));
  return isNewer(join(ROOT, "tools/web.ts")) || isNewer(join(ROOT, "package-lock.json")) || folders.some(isFolderNewer);
}
