// The house rules that neither the compiler nor the linter can guard. Each test names the rule; its list is what breaks it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENTRIES, GIANTS, RINGS } from "./tidy/layers.ts";
import { blank, listFiles, places, ROOT, readSource, readText, type Source } from "./tidy/source.ts";
import { nakedQuantities } from "./tidy/units.ts";

const files = listFiles();
const sources = files.filter((path) => /^(src|tests|tools)\/.*\.(ts|tsx|mjs)$/.test(path)).map(readSource);
const ours = sources.filter((source) => source.path.startsWith("src/") && !source.isTest);
const inRings = (...rings: readonly string[]): readonly Source[] => ours.filter(({ ring }) => rings.includes(ring));
const pure = ours.filter(({ ring }) => RINGS[ring]?.knows === "language");

describe("walls", () => {
  test("every folder of src is a ring of the layer table", () => {
    expect(ours.filter(({ ring }) => !(ring in RINGS)).map(({ path }) => path)).toEqual([]);
  });

  test("a ring imports only the rings below it", () => {
    const trespasses = ours.flatMap(({ path, ring, imports }) =>
      imports
        .filter((target) => target.startsWith("src/"))
        .map((target) => target.split("/")[1] ?? "")
        .filter((other) => other !== ring && !RINGS[ring]?.imports.includes(other))
        .map((other) => `${path} imports ${other}`),
    );
    expect(trespasses).toEqual([]);
  });

  test("a pure ring imports only our own files, and the packages its row names", () => {
    const foreign = pure.flatMap(({ path, ring, imports }) =>
      imports
        .filter((target) => !target.startsWith("src/") && !RINGS[ring]?.packages?.includes(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  test("sources never import tests or tools", () => {
    const upward = ours.flatMap(({ path, imports }) =>
      imports.filter((target) => /^(tests|tools)\//.test(target)).map((target) => `${path} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test("the compiler's references say the same as the layer table", () => {
    const standing = Object.keys(RINGS).filter((ring) => existsSync(join(ROOT, "src", ring)));
    for (const ring of standing) {
      const wanted = RINGS[ring]?.imports.filter((other) => standing.includes(other)) ?? [];
      expect(referencesOf(`src/${ring}/tsconfig.json`), ring).toEqual(wanted.map((other) => `../${other}`).sort());
    }
    const all = [...standing.map((ring) => `src/${ring}`), "tests", "tools"];
    expect(referencesOf("tsconfig.json")).toEqual(all.sort());
  });
});

describe("words", () => {
  test("pure rings name no clock, no chance, no concurrency and no world", () => {
    const words = /(?<![.\w])(Date|async|await|Promise|setTimeout|setInterval|console|process|performance)\b(?!\s*:)/;
    expect(pure.flatMap((source) => places(source, words))).toEqual([]);
    expect(pure.flatMap((source) => places(source, /\bMath\.random\b/))).toEqual([]);
  });

  test("base, model and core use only arithmetic that is exact on every engine", () => {
    const exact = "abs|min|max|floor|ceil|round|trunc|sign|sqrt|fround|imul|clz32";
    const approximate = new RegExp(String.raw`\*\*|\bMath\.(?!(${exact})\b)[a-z]\w*`);
    expect(inRings("base", "model", "core").flatMap((source) => places(source, approximate))).toEqual([]);
  });

  test("nothing is left to be done later, and no file knows the machine it was written on", () => {
    const later = ["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|");
    const elsewhere = ["/wo" + "rk/", "fa" + "rm-", "(?<!\\.\\./)sha" + "red/", "sha" + "red/(?!data)"].join("|");
    const banned = new RegExp(String.raw`\b(${later})\b|${elsewhere}`);
    const found = files.flatMap((path) => places({ path } as Source, banned, readText(path)));
    expect(found).toEqual([]);
  });
});

describe("files", () => {
  test("names say what is inside", () => {
    const vague = /(^|\/)(index|utils?|helpers?|types|common|misc)(\/|\.\w+$)/;
    expect(sources.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([]);
  });

  test("every file opens with a comment that says what it is", () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test("no file is longer than 400 lines, no table longer than 700", () => {
    const tooLong = sources
      .map(({ path, ring, text, isTest }) => {
        const allowed = GIANTS[path] ?? (ring === "model" || isTest ? 700 : 400);
        return { path, lines: text.split("\n").length - 1, allowed };
      })
      .filter(({ lines, allowed }) => lines > allowed);
    expect(tooLong).toEqual([]);
  });

  test("no orphans: each file is imported by the program or started by name", () => {
    const used = new Set(sources.filter(({ isTest }) => !isTest).flatMap(({ imports }) => imports));
    const orphans = ours.map(({ path }) => path).filter((path) => !used.has(path) && !ENTRIES.includes(path));
    expect(orphans).toEqual([]);
  });

  test("the changelog has a place for what is not released yet", () => {
    expect(readText("CHANGELOG.md")).toMatch(/^## Unreleased$/m);
  });
});

test("each dependency is pinned and has its row in the decision about dependencies", () => {
  const record = readText("docs/decisions/0003-dependencies.md");
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readText("package.json"));
  const { optionalDependencies: binaries } = JSON.parse(readText("tools/binaries/package.json"));
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...binaries };
  for (const [name, version] of Object.entries(all)) {
    expect(record).toContain(`| \`${name.replace(/linux-(x64|arm64)$/, "linux-*")}\` | ${version} |`);
  }
});

describe("units", () => {
  test("a number with a physical meaning ends in its unit", () => {
    expect(inRings("model", "core").flatMap(nakedQuantities)).toEqual([]);
  });

  test.each([
    ["current: number", ["current"]],
    ["current_A: number", []],
    ["readonly cellVoltages: Float64Array", ["cellVoltages"]],
    ["drift_VPerK: number", []],
    ["currentRatio: number", []],
    ["currentLimit: number", ["currentLimit"]],
    ["export const PRECHARGE_TIME = 3", ["PRECHARGE_TIME"]],
    ["export const PRECHARGE_TIME_ms = 3", []],
  ])("the rule reads %s", (code, naked) => {
    const found = nakedQuantities({ path: "x.ts", code } as Source);
    expect(found.map((place) => place.replace("x.ts:1: ", ""))).toEqual(naked);
  });
});

test("the scanner sees code and not what is written about it", () => {
  expect(blank('a("Date") // Date').trim()).toBe("a(      )");
  expect(blank("x = /await/.test(y) / 2").replaceAll(" ", "")).toBe("x=.test(y)/2");
});

function referencesOf(path: string): readonly string[] {
  const { references } = JSON.parse(readText(path).replace(/^\/\/.*$/gm, "")) as { references: { path: string }[] };
  return references.map((reference) => reference.path).sort();
}
