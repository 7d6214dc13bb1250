// Wires of X8: the open-wire rule of the LTC6813-1 data sheet at every wire, and the patterns of wrong wiring.
import { describe, expect, test } from "vitest";
import { createRawBoard, openWire, setCell, setCells } from "../../../tests/raw-board.ts";

describe.each([6, 18])("%i cells", (cells) => {
  const wires = Array.from({ length: cells + 1 }, (_, wire) => wire);

  test.each(wires)("open wire C%i is suspected by one test, told by the next, and forgotten when mended", (wire) => {
    const { sensors, measured, convert, run } = createRawBoard(cells);
    run(5);
    expect([measured.openWire, measured.openWireIndex, measured.ready]).toEqual([0, -1, 1]);
    const cellsAtWire = [wire - 1, wire].filter((cell) => cell >= 0 && cell < cells);
    openWire(sensors, cells, wire);
    sensors.openWireSequence++;
    convert();
    expect([measured.openWire, measured.wireConnected[wire], measured.wireTestDue, measured.cellsValid]).toEqual([
      0, 1, 1, 0,
    ]);
    convert();
    expect([measured.openWire, measured.openWireIndex, measured.wireConnected[wire]]).toEqual([1, wire, 0]);
    for (let cell = 0; cell < cells; cell++) {
      expect(measured.cellValid[cell]).toBe(cellsAtWire.includes(cell) ? 0 : 1);
      expect(measured.cellWiresConnected[cell]).toBe(cellsAtWire.includes(cell) ? 0 : 1);
    }
    expect(measured.cellCountWrong).toBe(0);
    setCells(sensors, cells, 3.3);
    sensors.openWireSequence++;
    convert();
    expect([measured.openWire, measured.openWireIndex, measured.cellsValid]).toEqual([0, -1, 1]);
  });
});

test.each([
  [-0.4, 0], // the data sheet says under -400 mV
  [-0.401, 1],
])("a difference of %f V between pull-up and pull-down is suspicious: %i", (difference_V, suspicious) => {
  const { sensors, measured, run } = createRawBoard();
  sensors.pullUp_V[8] = 0;
  sensors.pullDown_V[8] = -difference_V;
  run(3);
  expect(measured.openWire).toBe(suspicious);
});

test("a finding that the next test does not repeat opens nothing", () => {
  const { sensors, measured, run, convert } = createRawBoard();
  run(5);
  openWire(sensors, 16, 9);
  sensors.openWireSequence++;
  convert();
  setCells(sensors, 16, 3.3);
  convert();
  expect([measured.openWire, measured.cellsValid, measured.ready]).toEqual([0, 1, 1]);
});

test("a test of no numbers counts as an open wire", () => {
  const { sensors, measured, run } = createRawBoard();
  sensors.pullUp_V.fill(Number.NaN);
  run(3);
  expect([measured.openWire, measured.openWireIndex, measured.ready]).toEqual([1, 0, 0]);
});

describe("when tests are due", () => {
  test("the first at once, the next after 5 s, and until it is done", () => {
    const { sensors, measured, tick } = createRawBoard();
    tick();
    expect([measured.wireTestDue, measured.wiresTested]).toEqual([1, 0]);
    sensors.openWireSequence++;
    tick();
    expect([measured.wireTestDue, measured.wiresTested]).toEqual([0, 1]);
    for (let i = 0; i < 499; i++) tick();
    expect(measured.wireTestDue).toBe(0);
    tick();
    expect(measured.wireTestDue).toBe(1);
    for (let i = 0; i < 100; i++) tick();
    expect(measured.wireTestDue).toBe(1);
  });

  test("a front end that stops testing is no longer ready after two periods", () => {
    const { sensors, measured, run, tick } = createRawBoard();
    run(5);
    const ticks = (n: number): void => {
      for (let i = 0; i < n; i++) {
        if (i % 10 === 0) sensors.cellSequence++;
        tick();
      }
    };
    ticks(1000);
    expect([measured.ready, measured.wireTestDue]).toEqual([1, 1]);
    ticks(120);
    expect([measured.ready, measured.notReady]).toEqual([0, 2]);
  });
});

describe("wiring", () => {
  test.each([0, 7, 15])("cell %i in reverse is told after three conversions, counted, and not believed", (cell) => {
    const { sensors, measured, convert } = createRawBoard();
    setCell(sensors, cell, -0.9);
    sensors.supply_V = 52.8 - 4.2;
    convert();
    convert();
    expect([measured.wiringFault, measured.ready]).toEqual([0, 0]);
    convert();
    convert();
    expect([measured.wiringFault, measured.wiringCell, measured.cellsFound, measured.cellCountWrong]).toEqual([
      1,
      cell,
      16,
      0,
    ]);
    expect([measured.cellValid[cell], measured.cellsValid]).toEqual([0, 0]);
  });

  test.each([
    [-0.3, 0],
    [-0.31, 1],
  ])("%f V is reversed: %i", (cell_V, fault) => {
    const { sensors, measured, run } = createRawBoard();
    setCell(sensors, 3, cell_V);
    sensors.supply_V = 52.8 - 3.3 + cell_V;
    run(4);
    expect(measured.wiringFault).toBe(fault);
  });

  // Wires C(k) and C(k+1) exchanged, from the potentials: cell k+1 negative, its neighbours raised by the same.
  const swaps = [6, 18].flatMap((cells) => Array.from({ length: cells }, (_, wire) => [cells, wire] as const));
  test.each(swaps)(
    "in a pack of %i cells, wire C%i swapped with the next is told at the cell between them",
    (cells, wire) => {
      const { sensors, measured, run } = createRawBoard(cells);
      const potentials_V = Array.from({ length: cells + 1 }, (_, k) => k * 3.2 + (k % 3) * 0.05);
      [potentials_V[wire], potentials_V[wire + 1]] = [potentials_V[wire + 1], potentials_V[wire]];
      for (let cell = 0; cell < cells; cell++)
        setCell(sensors, cell, Math.min(potentials_V[cell + 1] - potentials_V[cell], 6.5));
      run(4);
      expect([measured.wiringFault, measured.wiringCell, measured.openWire, measured.ready]).toEqual([2, wire, 0, 0]);
      expect(measured.cellsValid).toBe(0);
    },
  );

  test.each([
    [52.8 - 2.639, 0], // 5 % of the sum
    [52.8 + 2.639, 0],
    [52.8 - 2.641, 3],
    [52.8 + 2.641, 3],
    [8.9, 0], // a supply that is not believed says nothing of the cells
  ])("16 cells of 3.3 V and a supply of %f V are fault %i", (supply_V, fault) => {
    const { sensors, measured, run } = createRawBoard();
    sensors.supply_V = supply_V;
    run(4);
    expect([measured.wiringFault, measured.wiringCell]).toEqual([fault, -1]);
  });

  test.each([
    [17.99, 0], // 2 V, more than 5 % of 16 V
    [18.01, 3],
  ])("6 cells with 16 V together and a supply of %f V are fault %i", (supply_V, fault) => {
    const { sensors, measured, run } = createRawBoard(6);
    setCells(sensors, 6, 16 / 6);
    sensors.supply_V = supply_V;
    run(4);
    expect(measured.wiringFault).toBe(fault);
  });

  test("a load step between supply and sum of a conversion is no fault", () => {
    const { sensors, measured, run, convert } = createRawBoard();
    run(5);
    sensors.supply_V = 45;
    convert();
    convert();
    setCells(sensors, 16, 45 / 16);
    run(3);
    expect([measured.wiringFault, measured.ready]).toEqual([0, 1]);
  });
});
