// Reads scenario files (YAML): shipped ones by name, others by path. Every problem is told with file, line and key, and
// what is allowed there; nothing of a scenario with a problem is run.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { messageOf } from "../base/error-text.ts";
import { readScenario, type Scenario } from "../sim/scenario/scenario.ts";
import { type Path, type Problem, pathText } from "../sim/scenario/schema.ts";
import { UsageError } from "./usage-error.ts";

const MOST_PROBLEMS = 8;
const SHIPPED = join(import.meta.dirname, "../sim/scenarios");

/** Names of the shipped scenarios, in order. */
export const shippedScenarios = (): readonly string[] =>
  readdirSync(SHIPPED)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();

/** The scenario with a shipped name, or in the file at a path. */
export function loadScenario(nameOrPath: string): Scenario {
  const shipped = join(SHIPPED, `${nameOrPath}.yaml`);
  if (/^[\w-]+$/.test(nameOrPath) && existsSync(shipped))
    return readScenarioText(readFileSync(shipped, "utf8"), `${nameOrPath}.yaml`);
  if (!existsSync(nameOrPath)) {
    throw new UsageError(
      `there is no scenario "${nameOrPath}": give a file, or one of ${shippedScenarios().join(", ")}`,
    );
  }
  return readScenarioText(readText(nameOrPath), basename(nameOrPath));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

/** A scenario from the text of a file; throws with the place of each problem. */
export function readScenarioText(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const [{ pos, message }] = document.errors as [(typeof document.errors)[0]]; // what follows a first slip is noise
    throw new UsageError(`${file}:${lines.linePos(pos[0]).line}: ${message}`);
  }
  const read = readScenario(document.toJS() ?? {});
  if (read.ok) return read.scenario;
  const told = read.problems.map((problem) => ({ line: lineOf(document, lines, problem), problem }));
  told.sort((a, b) => a.line - b.line);
  const shown = told.slice(0, MOST_PROBLEMS).map(({ line, problem }) => `${file}:${line}: ${problemText(problem)}`);
  const more = told.length - shown.length;
  throw new UsageError(`${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`);
}

const problemText = ({ path, message }: Problem): string =>
  path.length === 0 ? message : `${pathText(path)}: ${message}`;

/** The line of a value, of its key where the key is wrong, or of the nearest thing around that exists. */
function lineOf(document: Document, lines: LineCounter, { path, atKey }: Problem): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const part = path.slice(0, depth);
    const node = atKey && depth === path.length ? keyNode(document, part) : document.getIn(part, true);
    const start = isNode(node) ? (node as Node).range?.[0] : undefined;
    const key = depth > 0 ? keyNode(document, part)?.range?.[0] : undefined;
    if (start !== undefined || key !== undefined) return lines.linePos(isScalar(node) ? start! : (key ?? start!)).line;
  }
  return 1;
}

function keyNode(document: Document, path: Path): Node | undefined {
  const around = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(around)) return undefined;
  const pair = around.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[path.length - 1]));
  return isNode(pair?.key) ? pair.key : undefined;
}
