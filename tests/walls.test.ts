// The compiler really refuses what the layer table forbids: tried on a copy of the base and core rings.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = dirname(import.meta.dirname);
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
let house = "";

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), "bms-mini-walls-"));
  const kept = ["tsconfig.base.json", ...["base", "model", "core"].map((ring) => `src/${ring}/tsconfig.json`)];
  for (const path of kept) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    copyFileSync(join(ROOT, path), join(house, path));
  }
  writeFileSync(join(house, "package.json"), '{ "type": "module" }');
  writeFileSync(join(house, "src/base/floor.ts"), "export const floor = 1;\n");
  writeFileSync(join(house, "src/model/table.ts"), "export const table = 1;\n");
  writeFileSync(join(house, "src/core/step.ts"), "export const step = 1;\n");
});

afterAll(() => rmSync(house, { recursive: true }));

function complaints(path: string, code: string): string {
  writeFileSync(join(house, path), code);
  const { stdout } = spawnSync(process.execPath, [TSC, "-b", "--force", "src/core", "--pretty", "false"], {
    cwd: house,
    encoding: "utf8",
  });
  rmSync(join(house, path));
  return stdout;
}

test("core may import model and base", () => {
  expect(
    complaints(
      "src/core/a.ts",
      'export { floor } from "../base/floor.ts";\nexport { table } from "../model/table.ts";\n',
    ),
  ).toBe("");
});

test("base may not import core", () => {
  expect(complaints("src/base/a.ts", 'export { step } from "../core/step.ts";\n')).toContain("error TS6307");
});

test.each(["setTimeout(() => {}, 1);", "console.log(1);", "process.exit();", "document.title;", 'import "node:fs";'])(
  "core may not know %s",
  (code) => {
    expect(complaints("src/core/a.ts", `${code}\nexport {};\n`)).toMatch(/error TS(2304|2307|2580|2584|2591|2882)/);
  },
);
