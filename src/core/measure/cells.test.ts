// Cell voltages: freshness, compensation, what is believed, and what follows from it.
import { describe, expect, test } from "vitest";
import { createRawBoard, openWire, setCell, setCells } from "../../../tests/raw-board.ts";

describe("conversions", () => {
  test("values are fresh in the tick of a conversion and in no other", () => {
    const { measured, convert, tick } = createRawBoard();
    tick();
    expect(measured.fresh).toBe(0);
    convert();
    expect(measured.fresh).toBe(1);
    tick();
    expect([measured.fresh, measured.cellAge_us]).toEqual([0, 10_000]);
  });

  test("nothing is believed before the first conversion, and the cell monitor is not online", () => {
    const { measured, tick } = createRawBoard();
    for (let i = 0; i < 100; i++) tick();
    expect([measured.cellMonitorOnline, measured.cellsValid, measured.batteryValid, measured.ready]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test("values 500 ms old are believed, 10 ms older ones are not, and the numbers stay", () => {
    const { measured, convert, tick } = createRawBoard();
    convert();
    for (let i = 0; i < 50; i++) tick();
    expect([measured.cellAge_us, measured.cellMonitorOnline, measured.cellsValid, measured.cellValid[15]]).toEqual([
      500_000, 1, 1, 1,
    ]);
    tick();
    expect([measured.cellMonitorOnline, measured.cellsValid, measured.cellValid[15], measured.batteryValid]).toEqual([
      0, 0, 0, 0,
    ]);
    expect([measured.minCell_V, measured.cells_V[15]]).toEqual([3.3, 3.3]);
    expect(measured.battery_V).toBeCloseTo(52.8, 9);
    convert();
    expect([measured.cellMonitorOnline, measured.cellsValid]).toEqual([1, 1]);
  });

  test("a count of conversions that is no number brings none: the front end is silent after 500 ms", () => {
    const { sensors, measured, run, tick } = createRawBoard();
    run(5);
    sensors.cellSequence = Number.NaN;
    sensors.openWireSequence = Number.NaN;
    for (let i = 0; i < 60; i++) tick();
    expect([measured.cellMonitorOnline, measured.someCellValid, measured.wireTest_us > 500_000]).toEqual([0, 0, true]);
    sensors.cellSequence = 7;
    tick();
    expect([measured.cellMonitorOnline, measured.someCellValid]).toEqual([1, 1]);
  });

  test("raw values that change without a conversion are not read", () => {
    const { sensors, measured, convert, tick } = createRawBoard();
    convert();
    setCells(sensors, 16, 3);
    tick();
    expect(measured.maxCell_V).toBe(3.3);
  });
});

describe.each([6, 16, 18])("a pack of %i cells", (cells) => {
  test("gives sum, average, extremes and spread, and the cells that hold them", () => {
    const { sensors, measured, convert } = createRawBoard(cells);
    setCell(sensors, 2, 3.1);
    setCell(sensors, cells - 1, 3.4);
    convert();
    expect(measured.battery_V).toBeCloseTo(3.3 * cells - 0.1, 9);
    expect(measured.averageCell_V).toBeCloseTo(3.3 - 0.1 / cells, 9);
    expect([measured.minCell, measured.minCell_V, measured.maxCell, measured.maxCell_V]).toEqual([
      2,
      3.1,
      cells - 1,
      3.4,
    ]);
    expect(measured.spread_V).toBeCloseTo(0.3, 9);
    expect([measured.cellsFound, measured.cellCountWrong, measured.cellsValid]).toEqual([cells, 0, 1]);
  });

  test("is found with a cell less or more than configured", () => {
    const less = createRawBoard(cells);
    setCell(less.sensors, cells - 1, 0);
    less.run(3);
    expect([less.measured.cellsFound, less.measured.cellCountWrong, less.measured.openWire]).toEqual([cells - 1, 1, 0]);
    expect(less.measured.ready).toBe(0);
    if (cells === 18) return;
    const more = createRawBoard(cells);
    setCell(more.sensors, cells, 3.3);
    more.run(3);
    expect([more.measured.cellsFound, more.measured.cellCountWrong, more.measured.ready]).toEqual([cells + 1, 1, 0]);
  });

  test.each([0, 3, cells - 1])("a dead cell at index %i is a wrong count and no open wire", (cell) => {
    const { sensors, measured, run } = createRawBoard(cells);
    setCell(sensors, cell, 0);
    run(3);
    expect([measured.cellsFound, measured.cellCountWrong, measured.openWire, measured.cellPresent[cell]]).toEqual([
      cells - 1,
      1,
      0,
      0,
    ]);
  });
});

test.each([
  [0.5, 15], // at the threshold: no cell
  [0.5001, 16],
])("an input at %f V makes %i cells", (cell_V, found) => {
  const { sensors, measured, convert } = createRawBoard();
  setCell(sensors, 7, cell_V);
  convert();
  expect(measured.cellsFound).toBe(found);
});

test.each([
  [-1.0001, 0],
  [-1, 1],
  [5.5, 1],
  [5.5001, 0],
  [6.5535, 0], // register never written: 0xFFFF
  [Number.NaN, 0],
])("a reading of %f V is believed: %i", (cell_V, valid) => {
  const { sensors, measured, convert } = createRawBoard();
  convert();
  setCell(sensors, 7, cell_V);
  convert();
  expect([measured.cellValid[7], measured.cellsValid, measured.batteryValid]).toEqual([valid, valid, valid]);
  expect(measured.cells_V[7]).toBe(valid === 1 ? cell_V : 3.3);
});

test("a cell that is not believed leaves extremes and average to the others, and the battery voltage as it was", () => {
  const { sensors, measured, convert } = createRawBoard();
  convert();
  setCells(sensors, 16, 3.2);
  setCell(sensors, 7, -5);
  convert();
  expect([measured.minCell_V, measured.maxCell_V, measured.batteryValid]).toEqual([3.2, 3.2, 0]);
  expect(measured.averageCell_V).toBeCloseTo(3.2, 9);
  expect(measured.battery_V).toBeCloseTo(52.8, 9);
});

describe("a lost cell does not silence the others", () => {
  test.each([5.5001, 6.4, 6.5535, 1e9, Number.POSITIVE_INFINITY])(
    "a reading of %f V counts as 5.5 V for the extremes, with its index, and is not believed",
    (cell_V) => {
      const { sensors, measured, run } = createRawBoard();
      run(5);
      setCell(sensors, 7, cell_V);
      for (let i = 0; i < 50; i++) {
        run(1);
        expect([measured.maxCell_V, measured.maxCell, measured.someCellValid, measured.cellsValid]).toEqual([
          5.5, 7, 1, 0,
        ]);
        expect([measured.cellValid[7], measured.cells_V[7], measured.minCell_V]).toEqual([0, 3.3, 3.3]);
        expect([measured.openWire, measured.cellCountWrong]).toEqual([0, 0]);
      }
      expect(measured.spread_V).toBeCloseTo(2.2, 9);
    },
  );

  test.each([6.5535, Number.POSITIVE_INFINITY])("with every input at %f V the extremes are 5.5 V", (cell_V) => {
    const { sensors, measured, run } = createRawBoard();
    run(5);
    setCells(sensors, 16, cell_V);
    for (let i = 0; i < 80; i++) {
      run(1); // a wire test is among them
      expect([measured.maxCell_V, measured.minCell_V, measured.someCellValid, measured.cellsValid]).toEqual([
        5.5, 5.5, 1, 0,
      ]);
    }
    expect([measured.openWire, measured.averageCell_V, measured.spread_V]).toEqual([0, 5.5, 0]);
  });

  test.each([6.4, -5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "while cell 8 reads %f V, cell 4 is still seen to fall",
    (cell_V) => {
      const { sensors, measured, run } = createRawBoard();
      run(5);
      setCell(sensors, 7, cell_V);
      run(10);
      setCell(sensors, 3, 1.5);
      run(1);
      expect([measured.someCellValid, measured.minCell_V, measured.minCell]).toEqual([1, 1.5, 3]);
      setCell(sensors, 3, 4.3);
      run(1);
      if (!(cell_V > 5.5)) expect([measured.maxCell_V, measured.maxCell]).toEqual([4.3, 3]);
    },
  );

  test("no number is no wrong count", () => {
    const { sensors, measured, run } = createRawBoard();
    run(5);
    setCell(sensors, 7, 3.3);
    sensors.cells_V[7] = Number.NaN;
    run(5);
    expect([measured.cellsFound, measured.cellCountWrong, measured.cellsValid]).toEqual([16, 0, 0]);
  });

  test("with no number at all, or a silent front end, no cell is valid", () => {
    const { sensors, measured, run, tick } = createRawBoard();
    run(5);
    expect(measured.someCellValid).toBe(1);
    sensors.cells_V.fill(Number.NaN);
    run(1);
    expect([measured.someCellValid, measured.maxCell_V]).toEqual([0, 3.3]);
    setCells(sensors, 16, 3.3);
    run(1);
    expect(measured.someCellValid).toBe(1);
    for (let i = 0; i < 60; i++) tick();
    expect(measured.someCellValid).toBe(0);
  });

  test("the floating cells at an open wire are left out, however high they read", () => {
    const { sensors, measured, run } = createRawBoard();
    run(5);
    setCell(sensors, 4, 0.3);
    setCell(sensors, 5, 6.3);
    openWire(sensors, 16, 5);
    run(20);
    expect([measured.openWireIndex, measured.maxCell_V, measured.someCellValid]).toEqual([5, 3.3, 1]);
  });
});

describe("a cell is lost", () => {
  test.each([6.4, -5, Number.NaN])(
    "when it has read %f V for longer than 500 ms, and found when it is back",
    (cell_V) => {
      const { sensors, measured, run, tick } = createRawBoard();
      run(5);
      expect([measured.cellLost, measured.cellLostIndex]).toEqual([0, -1]);
      setCell(sensors, 9, cell_V);
      setCell(sensors, 12, cell_V);
      run(5);
      expect([measured.cellLost, measured.cellLostIndex]).toEqual([0, -1]);
      tick();
      expect([measured.cellLost, measured.cellLostIndex]).toEqual([1, 9]);
      setCell(sensors, 9, 3.3);
      run(5); // a reversed cell is one until three conversions say otherwise
      expect([measured.cellLost, measured.cellLostIndex]).toEqual([1, 12]);
      setCell(sensors, 12, 3.3);
      run(5);
      expect([measured.cellLost, measured.cellLostIndex]).toEqual([0, -1]);
      setCell(sensors, 9, cell_V);
      run(5);
      expect(measured.cellLost).toBe(0); // counted anew
    },
  );

  test("when its wires are never tested after a jump", () => {
    const { sensors, measured, run, tick } = createRawBoard();
    run(5);
    setCell(sensors, 4, 2.6);
    setCell(sensors, 5, 4);
    for (let i = 0; i < 6; i++) {
      sensors.cellSequence++; // but no wire test
      for (let k = 0; k < 10; k++) tick();
    }
    expect([measured.cellLost, measured.cellLostIndex, measured.someCellValid]).toEqual([1, 4, 1]);
    run(2);
    expect(measured.cellLost).toBe(0);
  });

  test("not while the front end is silent: that has an error of its own", () => {
    const { measured, run, tick } = createRawBoard();
    run(5);
    for (let i = 0; i < 300; i++) tick();
    expect([measured.cellMonitorOnline, measured.cellLost]).toEqual([0, 0]);
  });

  test("also while the front end falls silent in between", () => {
    const { sensors, measured, run, convert, tick } = createRawBoard();
    run(5);
    setCell(sensors, 9, 6.4);
    for (let i = 0; i < 2; i++) {
      convert();
      for (let k = 0; k < 60; k++) tick();
    }
    expect([measured.cellLost, measured.cellLostIndex]).toEqual([1, 9]);
  });
});

describe("battery voltage from the supply terminals", () => {
  test.each([
    [8.99, 0],
    [9, 1],
    [100, 1],
    [100.1, 0],
  ])("%f V is believed: %i", (supply_V, valid) => {
    const { settings, sensors, measured, plan, tick } = createRawBoard();
    settings.battery.voltageMethod = "supply";
    plan();
    sensors.supply_V = 50;
    tick();
    sensors.supply_V = supply_V;
    tick();
    expect([measured.batteryValid, measured.battery_V]).toEqual([valid, valid === 1 ? supply_V : 50]);
  });

  test("does not depend on a silent front end", () => {
    const { settings, measured, plan, tick } = createRawBoard();
    settings.battery.voltageMethod = "supply";
    plan();
    for (let i = 0; i < 100; i++) tick();
    expect([measured.batteryValid, measured.battery_V]).toEqual([1, 3.3 * 16]);
  });
});

test.each([6, 16, 18])(
  "the drop of 30 mA over 0.5 and 1 Ohm is added to the first and the last of %i cells",
  (cells) => {
    const { settings, measured, plan, convert } = createRawBoard(cells);
    settings.wires.first_Ohm = 0.5;
    settings.wires.last_Ohm = 1;
    plan();
    convert();
    expect(measured.cells_V[0]).toBeCloseTo(3.315, 9);
    expect(measured.cells_V[cells - 1]).toBeCloseTo(3.33, 9);
    expect(measured.cells_V[2]).toBe(3.3);
  },
);

describe("a wire that moves between two tests", () => {
  test.each([
    [0.5, 0], // at jump_V
    [0.501, 1],
  ])("one cell falls and its neighbour rises by %f V: doubted %i", (jump_V, doubted) => {
    const { sensors, measured, run, convert } = createRawBoard();
    run(5);
    setCell(sensors, 4, 3.3 - jump_V);
    setCell(sensors, 5, 3.3 + jump_V);
    convert();
    expect([measured.cellDoubt[4], measured.cellDoubt[5], measured.wireTestDue]).toEqual([doubted, doubted, doubted]);
    expect([measured.cellValid[4], measured.cellValid[5], measured.cellsValid]).toEqual([
      1 - doubted,
      1 - doubted,
      1 - doubted,
    ]);
    expect(measured.cellCountWrong).toBe(0);
  });

  test("is believed again once its test is sound", () => {
    const { sensors, measured, run, convert } = createRawBoard();
    run(5);
    setCell(sensors, 4, 2.6);
    setCell(sensors, 5, 4.0);
    convert();
    expect([measured.cellsValid, measured.minCell_V]).toEqual([0, 3.3]);
    convert();
    expect([measured.cellsValid, measured.minCell_V, measured.maxCell_V]).toEqual([1, 2.6, 4]);
  });

  test("an end cell that jumps alone is doubted too, the load step of a whole pack is not", () => {
    const { sensors, measured, run, convert } = createRawBoard();
    run(5);
    setCell(sensors, 15, 2.7);
    convert();
    expect([measured.cellDoubt[15], measured.cellValid[14], measured.wireTestDue]).toEqual([1, 1, 1]);
    run(2);
    setCells(sensors, 16, 2.6);
    setCell(sensors, 0, 2.5);
    convert();
    expect(measured.cellsValid).toBe(1);
  });

  test("an inner cell that breaks down alone is believed at once: its wires are not to blame", () => {
    const { sensors, measured, run, convert } = createRawBoard();
    run(5);
    setCell(sensors, 6, 2);
    convert();
    expect([measured.cellsValid, measured.minCell_V]).toEqual([1, 2]);
  });

  test("an open wire that lets two cells jump is told within two conversions, far from the next due test", () => {
    const { sensors, measured, run, convert } = createRawBoard();
    run(5);
    setCell(sensors, 4, 0.3);
    setCell(sensors, 5, 6.3);
    openWire(sensors, 16, 5);
    convert();
    convert();
    expect([measured.openWire, measured.cellsValid]).toEqual([0, 0]);
    convert();
    expect([measured.openWire, measured.openWireIndex, measured.cellCountWrong]).toEqual([1, 5, 0]);
  });
});
