// One measured figure against its bar, and how it is printed. Times on a shared machine wander; therefore every run times
// a plain loop too, and gives the core's cost as a multiple of it.

export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it must not exceed ("at most") or fall below ("at least"); none for figures that only inform. */
  readonly bar: number | undefined;
  readonly side: "at most" | "at least";
};

export const holds = ({ value, bar, side }: Figure): boolean =>
  bar === undefined || (side === "at most" ? value <= bar : value >= bar);

export const atMost = (name: string, value: number, unit: string, bar?: number): Figure => ({
  name,
  value,
  unit,
  bar,
  side: "at most",
});
export const atLeast = (name: string, value: number, unit: string, bar?: number): Figure => ({
  name,
  value,
  unit,
  bar,
  side: "at least",
});

export function print(figure: Figure, json: boolean): void {
  const { name, unit, bar, side } = figure;
  const value = Number(figure.value.toPrecision(4));
  if (json) console.log(JSON.stringify({ name, value, unit, bar: bar ?? null, holds: holds(figure) }));
  else
    console.log(
      `${holds(figure) ? "✓" : "✗"} ${name.padEnd(32)} ${String(value).padStart(10)} ${unit.padEnd(8)} ${bar === undefined ? "" : `(${side} ${bar})`}`,
    );
}

/** The middle of a list of numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Nanoseconds of a plain loop over 192 cells: limit, delay, minimum, maximum and charge, as arithmetic on typed arrays. */
export function referenceLoop_ns(): number {
  const cells_V = new Float64Array(192).fill(3.3);
  const charge_As = new Float64Array(192);
  const rounds: number[] = [];
  for (let round = 0; round < 200; round++) {
    const began = process.hrtime.bigint();
    for (let tick = 0; tick < 200; tick++) pass(cells_V, charge_As, tick);
    rounds.push(Number(process.hrtime.bigint() - began) / 200);
  }
  return median(rounds);
}

function pass(cells_V: Float64Array, charge_As: Float64Array, tick: number): number {
  let min_V = Infinity;
  let max_V = -Infinity;
  const moved_As = tick * 1e-3;
  for (let cell = 0; cell < cells_V.length; cell++) {
    const cell_V = cells_V[cell]!;
    if (cell_V < min_V) min_V = cell_V;
    if (cell_V > max_V) max_V = cell_V;
    charge_As[cell]! += moved_As;
  }
  return max_V - min_V;
}
