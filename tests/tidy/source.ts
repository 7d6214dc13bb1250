// Reads the project's files for the tidy test: their text, and their code with comments and strings blanked out,
// so that a banned word in a sentence is not mistaken for its use. Positions and line numbers stay.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, posix } from "node:path";

export const ROOT: string = dirname(dirname(import.meta.dirname));
const SKIPPED = new Set(["node_modules", ".git", "dist", "data", "coverage", "package-lock.json"]);
const TEXT = new Set(["", ".ts", ".tsx", ".mjs", ".md", ".json", ".yaml", ".yml", ".sh", ".txt", ".css", ".html"]);

export interface Source {
  readonly path: string; // from the root, with "/"
  readonly ring: string; // "core" for src/core/..., else the first folder
  readonly text: string;
  readonly code: string; // without comments and strings
  readonly imports: readonly string[]; // paths from the root, or package names
  readonly isTest: boolean;
}

export function listFiles(folder = ""): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name) && !entry.isSymbolicLink())
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return listFiles(path);
      return TEXT.has(extname(entry.name)) ? [path] : [];
    });
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), "utf8");

export function readSource(path: string): Source {
  const text = readText(path);
  const [first = "", second = ""] = path.split("/");
  return {
    path,
    ring: first === "src" ? second : first,
    text,
    code: blank(text, STRINGS_AND_COMMENTS),
    imports: importsOf(blank(text, COMMENTS_ONLY), path),
    isTest: path.endsWith(".test.ts") || first === "tests",
  };
}

const COMMENT = String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`;
const STRING = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\x60(?:\\.|[^\x60\\])*\x60`;
const REGEX = String.raw`(?<=[(,=:[!&|?{};]\s*|return )\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*`;
const STRINGS_AND_COMMENTS = new RegExp(`${COMMENT}|${STRING}|${REGEX}`, "g");
const COMMENTS_ONLY = new RegExp(`(?<string>${STRING})|${COMMENT}`, "g");

/** Replaces what matches by spaces; what the pattern names "string" stays. */
export function blank(text: string, pattern: RegExp = STRINGS_AND_COMMENTS): string {
  return text.replace(pattern, (match, ...rest) => {
    const groups: { string?: string } | string = rest.at(-1);
    const keep = typeof groups === "object" && groups.string !== undefined;
    return keep ? match : match.replace(/[^\n]/g, " ");
  });
}

function importsOf(uncommented: string, path: string): readonly string[] {
  const found = uncommented.matchAll(/(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*"([^"\s,]+)"/g);
  return [...found].map(([, target = ""]) =>
    target.startsWith(".") ? posix.join(posix.dirname(path), target) : target,
  );
}

/** "path:line: match" for each place where the pattern occurs. */
export function places(source: Source, pattern: RegExp, text: string = source.code): readonly string[] {
  const everywhere = new RegExp(pattern.source, [...new Set(`${pattern.flags}g`)].join(""));
  return [...text.matchAll(everywhere)].map(
    (match) => `${source.path}:${text.slice(0, match.index).split("\n").length}: ${match[0].trim()}`,
  );
}
