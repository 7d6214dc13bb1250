// Finds numbers whose name speaks of a physical quantity but not of its unit ("current" instead of "current_A").
import type { Source } from "./source.ts";

const QUANTITIES =
  "current|voltage|temperature|capacity|resistance|inductance|power|energy|delay|time|timeout|duration|period|interval|age";
const QUALIFIERS = "min|max|minimum|maximum|mean|limit|low|high|offset|reference|threshold|hysteresis|difference|step";
const UNITLESS = new Set([
  "power", // the command that holds our own supply: on or off
  "sohCapacity", // fractions of the rated value
  "sohResistance",
]);
const UNIT = "(A|V|W|Wh|Ah|As|J|K|F|H|C|Ohm|degC|s|ms|us|ns|h|min|d|a|Hz|m|kg|J|bit|byte|per[A-Z]?\\w*)";
const WITH_UNIT = new RegExp(`_(m|u|k)?${UNIT}(Per${UNIT}|_per_${UNIT}|2|s)*$`);

const TYPED = /\b(\w+)\??:\s*(?:readonly\s+)?(?:number\b|Float(?:32|64)Array\b)/g;
const CONSTANT = /^export const (\w+)(?::\s*number)?\s*=\s*-?[\d.]/gm;

/** "path:line: name" for each such number that is a field, a parameter or an exported constant. */
export function nakedQuantities({ path, code }: Source): readonly string[] {
  return [TYPED, CONSTANT].flatMap((pattern) =>
    [...code.matchAll(pattern)]
      .filter(([, name = ""]) => speaksOfQuantity(name) && !WITH_UNIT.test(name))
      .map((match) => `${path}:${code.slice(0, match.index).split("\n").length}: ${match[1]}`),
  );
}

/** Only the noun at the end counts: a "currentSensor" is not a current, nor is "byCurrent"; a "currentLimit" is. */
function speaksOfQuantity(name: string): boolean {
  if (UNITLESS.has(name) || /^(by|is|has|for|with|uses)[A-Z]/.test(name)) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_");
  const isQualifier = new RegExp(`^(${QUALIFIERS}|\\d+)$`);
  const noun = words.findLast((word) => !isQualifier.test(word)) ?? "";
  return new RegExp(`^(${QUANTITIES})s?$`).test(noun);
}
