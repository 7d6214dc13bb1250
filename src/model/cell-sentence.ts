// What the device has found of one cell, in a sentence: every cause that is both large enough to matter and larger than its doubt, the
// largest first, and what it is not. Numbers are those of the signals of the group "Cell health".

export type CellFindings = {
  /** Against the middle cell: parts of the capacity, of the resistance, of the charge when full, of the capacity per month. */
  readonly capacityRatio: number;
  readonly capacityBound: number;
  readonly resistanceRatio: number;
  readonly imbalance: number;
  readonly imbalanceBound: number;
  readonly leak: number;
  readonly leakBound: number;
};

type Cause = { readonly size: number; readonly matters: number; readonly doubt: number; readonly text: string; readonly name: string };

/** From here on a difference matters. */
export const CELL_MATTERS = { capacity: 0.02, resistance: 0.15, imbalance: 0.02, leak: 0.01 } as const;
/** A leak is a slow thing: it has to stand out so many times over its doubt. */
export const LEAK_SURE = 2;

/** For example "cell 7: -3 % capacity, not imbalance"; "cell 2: like the others". @param number of the cell, from 1 */
export function cellSentence(number: number, found: CellFindings): string {
  const causes = causesOf(found);
  const named = causes.filter(isNamed).sort((a, b) => b.size / b.matters - a.size / a.matters);
  if (named.length === 0) return `cell ${number}: like the others`;
  const not = causes.filter((cause) => !isNamed(cause) && cause.doubt < 2 * cause.matters && isMistaken(cause.name, named));
  const rest = not.map(({ name }) => `not ${name}`);
  return `cell ${number}: ${[...named.map(({ text }) => text), ...rest].join(", ")}`;
}

const isNamed = ({ size, matters, doubt }: Cause): boolean => size >= matters && size >= doubt;

/** What people would take it for: capacity and imbalance for each other, a leak for imbalance. */
const isMistaken = (name: string, named: readonly Cause[]): boolean =>
  (name === "imbalance" && named[0]?.name === "low capacity") || (name === "low capacity" && named[0]?.name === "imbalance");

function causesOf(found: CellFindings): readonly Cause[] {
  const { capacity, resistance, imbalance, leak } = CELL_MATTERS;
  const charged = found.imbalance < 0 ? "less" : "more";
  return [
    { name: "low capacity", size: -found.capacityRatio, matters: capacity, doubt: found.capacityBound, text: `${percent(found.capacityRatio)} capacity` },
    { name: "high resistance", size: found.resistanceRatio, matters: resistance, doubt: 0, text: `${percent(found.resistanceRatio)} resistance` },
    { name: "imbalance", size: Math.abs(found.imbalance), matters: imbalance, doubt: found.imbalanceBound, text: `charged ${percent(Math.abs(found.imbalance)).slice(1)} ${charged} than the others` },
    { name: "leak", size: found.leak, matters: leak, doubt: LEAK_SURE * found.leakBound, text: `loses ${percent(found.leak).slice(1)} a month` },
  ];
}

/** With its sign, to a whole per cent from 10 on, else to a tenth. */
function percent(part: number): string {
  const size = Math.abs(100 * part);
  return `${part < 0 ? "-" : "+"}${size >= 10 ? Math.round(size) : Number(size.toFixed(1))} %`;
}
