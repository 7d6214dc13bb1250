// Conditions of scenario files: `device.soc < 20 % and not trip.overvoltage`, `truth.maxCell_V > 3.6 for 10 s`.
// Small and strict: names, numbers with a unit, comparisons, and, or, not, + and -, min() max() mean() abs(), "for" a
// duration. Each name is checked when the text is read. "for" holds for what stands left of it up to the next and/or.

import { parseDuration_s } from "./duration.ts";
import { suggestion } from "./nearest.ts";
import { type Place, type Scene, type Vocabulary, valueAt } from "./vocabulary.ts";

type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
type Fold = "min" | "max" | "mean";

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "element"; readonly place: Place; readonly index: number }
  | { readonly kind: "fold"; readonly fold: Fold; readonly place: Place }
  | { readonly kind: "abs"; readonly of: Expression }
  | { readonly kind: "sum"; readonly left: Expression; readonly right: Expression; readonly sign: 1 | -1 }
  | { readonly kind: "compare"; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "for"; readonly of: Expression; readonly duration_us: number; readonly slot: number };

/** A read condition. Its timers are kept apart, so that one scenario can run many times. */
export type Condition = { readonly text: string; readonly root: Expression; readonly timers: number };
export type ParsedCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problem: string };

class Unreadable extends Error {}

type Token = { readonly kind: "number" | "name" | "symbol" | "end"; readonly text: string; readonly at: number };
type Parser = {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly names: Vocabulary;
  next: number;
  timers: number;
};

/** Read a condition, or say what is wrong and where. */
export function parseCondition(text: string, names: Vocabulary): ParsedCondition {
  try {
    const parser: Parser = { text, tokens: tokenise(text), names, next: 0, timers: 0 };
    const root = parseOr(parser);
    if (peek(parser).kind !== "end") throw unexpected(parser, '"and", "or", a comparison or the end');
    return { ok: true, condition: { text, root, timers: parser.timers } };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.message };
    throw error;
  }
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE]-?\d+)?)|([A-Za-z_][\w.]*)|(<=|>=|==|!=|[<>()[\]+%-]))/y;

function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new Unreadable(
        `cannot read "${text.slice(at).trim()}"; use names, numbers, < <= > >= == !=, and, or, not, for`,
      );
    const kind = match[1] !== undefined ? "number" : match[2] !== undefined ? "name" : "symbol";
    tokens.push({ kind, text: match[0].trim(), at });
    at = TOKEN.lastIndex;
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

const peek = (parser: Parser): Token => parser.tokens[parser.next];
const take = (parser: Parser): Token => parser.tokens[parser.next++];

function accept(parser: Parser, text: string): boolean {
  if (peek(parser).kind === "end" || peek(parser).text !== text) return false;
  parser.next++;
  return true;
}

function unexpected(parser: Parser, wanted: string): Unreadable {
  const token = peek(parser);
  return new Unreadable(
    `expected ${wanted}, found ${token.kind === "end" ? "the end" : `"${token.text}"`} at column ${token.at + 1} of "${parser.text}"`,
  );
}

function parseOr(parser: Parser): Expression {
  let left = parseAnd(parser);
  while (accept(parser, "or"))
    left = { kind: "or", left: logical(parser, left), right: logical(parser, parseAnd(parser)) };
  return left;
}

function parseAnd(parser: Parser): Expression {
  let left = parseNot(parser);
  while (accept(parser, "and"))
    left = { kind: "and", left: logical(parser, left), right: logical(parser, parseNot(parser)) };
  return left;
}

/** Lists and words are no conditions by themselves. */
function logical(parser: Parser, expression: Expression): Expression {
  const list = expression.kind === "place" && expression.place.type !== "number";
  if (expression.kind === "word" || list) throw unexpected(parser, "a comparison");
  return expression;
}

/** "not truth.current_A > 1 for 5 s" denies that it was so for five seconds. */
function parseNot(parser: Parser): Expression {
  return accept(parser, "not") ? { kind: "not", of: logical(parser, parseNot(parser)) } : parseHeld(parser);
}

function parseHeld(parser: Parser): Expression {
  const of = parseComparison(parser);
  if (!accept(parser, "for")) return logical(parser, of);
  return {
    kind: "for",
    of: logical(parser, of),
    duration_us: Math.round(readDuration_s(parser) * 1e6),
    slot: parser.timers++,
  };
}

function readDuration_s(parser: Parser): number {
  let text = "";
  while (peek(parser).kind === "number")
    text += `${take(parser).text}${peek(parser).kind === "name" ? take(parser).text : ""} `;
  const duration_s = parseDuration_s(text);
  if (duration_s === undefined) throw unexpected(parser, 'a duration such as "10 s" or "2h 30m" after "for"');
  return duration_s;
}

const COMPARISONS: readonly string[] = ["<", "<=", ">", ">=", "==", "!="];

function parseComparison(parser: Parser): Expression {
  const left = parseSum(parser);
  if (!COMPARISONS.includes(peek(parser).text)) return left;
  const by = take(parser).text as Comparison;
  const right = parseSum(parser, left);
  const words = [left, right].filter(isText).length;
  if (words === 1 || (words === 2 && by !== "==" && by !== "!="))
    throw new Unreadable(`words and numbers do not compare in "${parser.text}"`);
  if ([left, right].some((side) => side.kind === "place" && side.place.type === "list"))
    throw new Unreadable(`take one element, min() or max() of a list in "${parser.text}"`);
  return { kind: "compare", by, left, right };
}

const isText = (side: Expression): boolean =>
  side.kind === "word" || (side.kind === "place" && side.place.type === "text");

function parseSum(parser: Parser, partner?: Expression): Expression {
  let left = parseValue(parser, partner);
  for (;;) {
    const sign = accept(parser, "+") ? 1 : accept(parser, "-") ? -1 : 0;
    if (sign === 0) return left;
    left = { kind: "sum", left, right: parseValue(parser), sign };
  }
}

function parseValue(parser: Parser, partner?: Expression): Expression {
  if (accept(parser, "(")) return closed(parser, parseOr(parser));
  if (accept(parser, "-"))
    return { kind: "sum", left: { kind: "number", value: 0 }, right: parseValue(parser), sign: -1 };
  const token = peek(parser);
  if (token.kind === "number") return parseNumber(parser);
  if (token.kind !== "name") throw unexpected(parser, "a name or a number");
  take(parser);
  if (token.text === "abs" && accept(parser, "(")) return { kind: "abs", of: closed(parser, parseSum(parser)) };
  if (isFold(token.text) && accept(parser, "(")) return parseFold(parser, token.text);
  if (partner !== undefined && isText(partner)) return { kind: "word", word: token.text };
  return parsePlace(parser, token.text);
}

const isFold = (text: string): text is Fold => text === "min" || text === "max" || text === "mean";

function closed<T>(parser: Parser, inner: T): T {
  if (!accept(parser, ")")) throw unexpected(parser, '")"');
  return inner;
}

/** A number, with % or a unit of time; other quantities are in the unit of the name they compare with. */
function parseNumber(parser: Parser): Expression {
  const value = Number(take(parser).text);
  if (accept(parser, "%")) return { kind: "number", value: value / 100 };
  const unit = peek(parser);
  if (unit.kind !== "name" || parseDuration_s(`1${unit.text}`) === undefined) return { kind: "number", value };
  take(parser);
  let total_s = parseDuration_s(`${value}${unit.text}`) ?? 0;
  while (peek(parser).kind === "number") total_s += (parseNumber(parser) as { value: number }).value;
  return { kind: "number", value: total_s };
}

function lookUp(parser: Parser, name: string): Place {
  const place = parser.names.get(name);
  if (place !== undefined) return place;
  throw new Unreadable(`there is no "${name}"${suggestion(name, [...parser.names.keys()])}`);
}

function parseFold(parser: Parser, fold: Fold): Expression {
  const place = lookUp(parser, take(parser).text);
  if (place.type !== "list") throw new Unreadable(`${fold}() takes a list such as truth.cells_V in "${parser.text}"`);
  return closed(parser, { kind: "fold", fold, place });
}

function parsePlace(parser: Parser, name: string): Expression {
  const place = lookUp(parser, name);
  if (place.type !== "list" || !accept(parser, "[")) return { kind: "place", place };
  const index = Number(take(parser).text);
  if (!Number.isInteger(index) || index < 1 || index > 22) throw new Unreadable(`elements of ${name} count from 1`);
  if (!accept(parser, "]")) throw unexpected(parser, '"]"');
  return { kind: "element", place, index: index - 1 };
}

/** Timers of a condition before anything was seen: -1 where it does not hold. */
export const createTimers = (condition: Condition): Float64Array => new Float64Array(condition.timers).fill(-1);

/** Whether a condition holds now. To be asked every tick, because "for" watches the time. */
export const holds = (condition: Condition, timers: Float64Array, scene: Scene): boolean =>
  truth(condition.root, timers, scene);

function truth(expression: Expression, timers: Float64Array, scene: Scene): boolean {
  switch (expression.kind) {
    case "and": {
      const left = truth(expression.left, timers, scene); // both sides are asked, for their timers
      return truth(expression.right, timers, scene) && left;
    }
    case "or": {
      const left = truth(expression.left, timers, scene);
      return truth(expression.right, timers, scene) || left;
    }
    case "not":
      return !truth(expression.of, timers, scene);
    case "compare":
      return compare(expression.by, evaluate(expression.left, scene), evaluate(expression.right, scene));
    case "for":
      return held(expression, timers, scene);
    default:
      return evaluate(expression, scene) !== 0;
  }
}

function held(expression: Extract<Expression, { kind: "for" }>, timers: Float64Array, scene: Scene): boolean {
  if (!truth(expression.of, timers, scene)) {
    timers[expression.slot] = -1;
    return false;
  }
  if (timers[expression.slot] < 0) timers[expression.slot] = scene.time_us;
  return scene.time_us - timers[expression.slot] >= expression.duration_us;
}

function compare(by: Comparison, left: number | string, right: number | string): boolean {
  switch (by) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
    case "!=":
      return left !== right;
  }
}

function evaluate(expression: Expression, scene: Scene): number | string {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "word":
      return expression.word;
    case "place":
      return valueAt(expression.place, scene) as number | string;
    case "element":
      return (valueAt(expression.place, scene) as ArrayLike<number>)[expression.index];
    case "fold":
      return fold(expression.fold, valueAt(expression.place, scene) as ArrayLike<number>, scene.truth.cells);
    case "abs":
      return Math.abs(Number(evaluate(expression.of, scene)));
    case "sum":
      return Number(evaluate(expression.left, scene)) + expression.sign * Number(evaluate(expression.right, scene));
    default:
      return 0;
  }
}

/** Over the cells of the pack where the list is one of cells, else over the whole list. */
function fold(kind: Fold, values: ArrayLike<number>, cells: number): number {
  const count = values.length === 18 ? cells : values.length;
  let result = values[0];
  for (let i = 1; i < count; i++) {
    if (kind === "mean") result += values[i];
    else if (kind === "min" ? values[i] < result : values[i] > result) result = values[i];
  }
  return kind === "mean" ? result / count : result;
}
