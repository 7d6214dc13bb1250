// Promises of judging packs: the log itself says which cell ends first and which lie apart, and values no cell can have
// reach the device as logged, without a trip.

import { describe, expect, test } from "vitest";
import { drivenPack } from "../../tests/estimator/pack-log.ts";
import { endingOrder, lastingOutliers, playPack } from "./pack.ts";
import { deviceSettings } from "./scored-cell.ts";

const LIKE = { capacity_Ah: 50, soc: 0.9 };
const CELL = { title: "test", chemistry: "NMC", capacity_Ah: 50, columns: {} } as const;

function settingsFor(log: ReturnType<typeof drivenPack>) {
  const made = deviceSettings(CELL, log.recording, log.cells_V.length, 50, 50);
  if (!made.ok) throw new Error(made.reason);
  return made.settings;
}

test("the weak cell and the one that began lower end first, in that order", () => {
  const log = drivenPack([LIKE, LIKE, { capacity_Ah: 44, soc: 0.9 }, LIKE, { capacity_Ah: 50, soc: 0.86 }, LIKE], 3);
  expect(endingOrder(log).slice(0, 2)).toEqual([3, 5]);
});

describe("lasting outliers", () => {
  const log = drivenPack([LIKE, LIKE, LIKE, LIKE, LIKE, LIKE, LIKE], 4);
  const shifted = (by_V: number, share: number) => ({
    ...log,
    cells_V: log.cells_V.map((column, k) =>
      k === 2 ? column.map((value, i) => (i < share * column.length ? value + by_V : value)) : column,
    ),
  });
  test.each([
    [0.02, 1, [3]],
    [0.014, 1, []],
    [-0.03, 0.9, [3]],
    [-0.03, 0.4, []],
  ])("%d V for %d of the time", (by_V, share, cells) => {
    expect(lastingOutliers(shifted(by_V, share)).map(({ cell }) => cell)).toEqual(cells);
  });
});

test("66.5 V, 0 V and 5 V on single rows trip nothing and throw nothing", () => {
  const log = drivenPack([LIKE, LIKE, LIKE, LIKE, LIKE, LIKE], 5);
  log.cells_V[1][500] = 66.5;
  log.cells_V[4][900] = 0;
  log.cells_V[0][1300] = 5;
  const found = playPack(log, settingsFor(log), 1);
  expect(found.trips).toEqual([]);
  expect(found.verdicts).toHaveLength(6);
});
