// From when on a comparison is a guess, by kind.
import { describe, expect, test } from "vitest";
import { BIT, type Switches } from "./commands.ts";
import type { Track } from "./track.ts";
import type { Samples } from "./track-samples.ts";
import { distrust } from "./trust.ts";

const samples = (rows: readonly (readonly [current_A: number, charge_A: number, discharge_A: number])[]): Samples => {
  const column = (pick: (row: (typeof rows)[number]) => number): number[] => rows.map(pick);
  const zeros = rows.map(() => 0);
  return {
    time_us: rows.map((_, i) => (i + 1) * 1_000_000),
    soc: zeros,
    bound: zeros,
    minCell_V: zeros,
    maxCell_V: zeros,
    minCurrent_A: column(([current_A]) => current_A),
    maxCurrent_A: column(([current_A]) => current_A),
    chargeLimit_A: column(([, charge_A]) => charge_A),
    dischargeLimit_A: column(([, , discharge_A]) => discharge_A),
    chargeLimited: zeros,
    dischargeLimited: zeros,
  };
};

const switches = (rows: readonly (readonly [time_us: number, word: number, cells?: number])[]): Switches => ({
  time_us: rows.map(([time_us]) => time_us),
  word: rows.map(([, word]) => word),
  cells: rows.map(([, , cells]) => cells ?? 0),
});

const track = (commands: Switches, values: Samples = samples([])): Track => ({
  ...{ first_us: 0, last_us: 0, ticks: 0, played_us: 0, trips: [], switches: commands, samples: values, starts_us: [] },
  ...{ requests: 0, refused: [], withstood: [], stilled_us: -1, lost: [], settings: undefined },
});

const kinds = (a: Track, b: Track): unknown[] => distrust(a, b).map(({ kind, weight, at_us }) => [kind, weight, at_us]);

describe("commands", () => {
  const closed = BIT.charge | BIT.discharge | BIT.power;

  test.each([
    ["the same commands", [[10, closed]], [[10, closed]], []],
    [
      "a contactor opens later",
      [
        [10, closed],
        [50, BIT.discharge | BIT.power],
      ],
      [
        [10, closed],
        [80, BIT.discharge | BIT.power],
      ],
      [["contactors", "hard", 50]],
    ],
    [
      "a contactor opens earlier",
      [
        [10, closed],
        [50, BIT.power],
      ],
      [
        [10, closed],
        [20, BIT.power],
      ],
      [["contactors", "hard", 20]],
    ],
    [
      "the supply is switched off",
      [[10, BIT.power]],
      [
        [10, BIT.power],
        [70, 0],
      ],
      [["power", "hard", 70]],
    ],
    [
      "the heater",
      [[10, 0]],
      [
        [10, 0],
        [30, BIT.heater],
      ],
      [["heat", "weak", 30]],
    ],
    ["other cells are balanced", [[10, BIT.balancing, 0b11]], [[10, BIT.balancing, 0b01]], [["balancing", "weak", 10]]],
    [
      "an error that opens nothing",
      [[10, 0]],
      [
        [10, 0],
        [20, BIT.error],
      ],
      [],
    ],
    [
      "only the first time of a kind",
      [[10, 0]],
      [
        [10, 0],
        [20, BIT.heater],
        [30, 0],
        [40, BIT.cooler],
      ],
      [["heat", "weak", 20]],
    ],
    [
      "a difference within one tick of each other",
      [
        [10, 0],
        [20, BIT.main],
      ],
      [
        [10, 0],
        [20, BIT.main],
      ],
      [],
    ],
  ] as const)("%s", (_, a, b, expected) => {
    expect(kinds(track(switches(a)), track(switches(b)))).toEqual(expected);
  });
});

describe("limits that partners obey", () => {
  const limits = (recorded: Samples, altered: Samples): unknown[] =>
    kinds(track(switches([]), recorded), track(switches([]), altered));

  test.each([
    ["one that nobody comes near", [[10, 50, 100]], [[10, 40, 100]], []],
    [
      "a lower one than what flows",
      [
        [10, 50, 100],
        [45, 50, 100],
      ],
      [
        [10, 40, 100],
        [45, 40, 100],
      ],
      [["chargeLimit", "weak", 2e6]],
    ],
    [
      "a higher one where the charger is held by the recorded one",
      [[49.5, 50, 100]],
      [[49.5, 60, 100]],
      [["chargeLimit", "weak", 1e6]],
    ],
    ["a higher one where the charger wants less", [[20, 50, 100]], [[20, 60, 100]], []],
    ["one that is not obeyed under either", [[70, 50, 100]], [[70, 40, 100]], []],
    ["a lower one than what the load draws", [[-80, 50, 100]], [[-80, 50, 60]], [["dischargeLimit", "weak", 1e6]]],
    ["one that differs by less than matters", [[50, 50, 100]], [[50, 50.2, 100]], []],
  ] as const)("%s", (_, recorded, altered, expected) => {
    expect(limits(samples(recorded), samples(altered))).toEqual(expected);
  });
});
