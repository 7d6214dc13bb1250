// The stage as a whole: when it is ready, that it is the same each time, and that no raw values whatever break it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRawBoard, type RawBoard, setCell } from "../../../tests/raw-board.ts";
import { MEASURE_SIGNALS } from "../../model/signals-measure.ts";
import { CURRENT_FAULTS, createMeasured, NOT_READY, THERMISTOR_STATES, WIRING_FAULTS } from "./measured.ts";

describe("ready", () => {
  test.each([6, 16, 18])("with %i sound cells as soon as the zero is known, and not before", (cells) => {
    const { measured, run, tick, convert } = createRawBoard(cells);
    tick();
    expect([measured.ready, NOT_READY[measured.notReady]]).toEqual([0, "cell values missing"]);
    convert();
    expect([measured.ready, NOT_READY[measured.notReady]]).toEqual([0, "current missing"]);
    run(2);
    expect(measured.ready).toBe(0);
    run(1);
    expect([measured.ready, measured.notReady]).toEqual([1, 0]);
  });

  test("stays through a doubt of 500 ms and ends 10 ms later", () => {
    const { sensors, measured, run, tick } = createRawBoard();
    run(5);
    sensors.hallSupply_V = 0;
    run(5);
    expect([measured.ready, NOT_READY[measured.notReady], measured.currentValid]).toEqual([1, "current missing", 0]);
    tick();
    expect(measured.ready).toBe(0);
    sensors.hallSupply_V = 5;
    run(1);
    expect(measured.ready).toBe(1);
  });

  test("a supply of 0 V matters only where it is the battery voltage", () => {
    for (const method of ["sumOfCells", "supply"] as const) {
      const { settings, sensors, measured, plan, run } = createRawBoard();
      settings.battery.voltageMethod = method;
      plan();
      run(5);
      expect([measured.ready, measured.supplyValid]).toEqual([1, 1]);
      sensors.supply_V = 0;
      run(6);
      const says = method === "supply" ? "supply voltage missing" : "ready";
      expect([measured.ready, NOT_READY[measured.notReady]]).toEqual([method === "supply" ? 0 : 1, says]);
      expect([measured.supplyValid, measured.wiringFault]).toEqual([0, 0]);
    }
  });

  test("never comes while something is wrong from the start", () => {
    const wrongs: readonly [string, (board: RawBoard) => void][] = [
      ["cell values missing", ({ sensors }) => setCell(sensors, 3, 6)],
      [
        "wires not tested",
        ({ sensors }) => Object.defineProperty(sensors, "openWireSequence", { get: () => 0, set: () => {} }),
      ],
      ["cell count wrong", ({ sensors }) => setCell(sensors, 3, 0.1)],
      ["cell wiring wrong", ({ sensors }) => Object.assign(sensors, { supply_V: 30 })],
      ["temperature missing", ({ sensors }) => sensors.thermistors_V.fill(5)],
      ["current missing", ({ sensors }) => Object.assign(sensors, { hallReference_V: 0 })],
    ];
    for (const [says, wrong] of wrongs) {
      const board = createRawBoard();
      wrong(board);
      for (let i = 0; i < 30; i++) {
        board.run(1);
        expect(board.measured.ready).toBe(0);
      }
      expect(NOT_READY[board.measured.notReady]).toBe(says);
    }
  });
});

// Plausible, odd and impossible values alike.
const volts = fc.oneof(
  fc.double({ min: 0, max: 6.6, noNaN: true }),
  fc.constantFrom(
    0,
    2.5,
    3.3,
    5,
    -0.4,
    -5,
    6.5535,
    1e9,
    -1e9,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ),
);
const bit = fc.integer({ min: 0, max: 1 });
const raw = fc.record({
  cells_V: fc.array(volts, { minLength: 18, maxLength: 18 }),
  pullUp_V: fc.array(volts, { minLength: 18, maxLength: 18 }),
  pullDown_V: fc.array(volts, { minLength: 18, maxLength: 18 }),
  thermistors_V: fc.array(volts, { minLength: 6, maxLength: 6 }),
  inputs: fc.array(bit, { minLength: 4, maxLength: 4 }),
  numbers: fc.record({
    thermistorSupply_V: volts,
    hall_V: volts,
    hallReference_V: volts,
    hallSupply_V: fc.oneof(fc.constant(5), volts),
    board_degC: volts,
    heatSink_degC: volts,
  }),
  supply_V: fc.oneof(fc.double({ min: 10, max: 80, noNaN: true }), volts),
  converts: fc.boolean(),
  shunt_A: fc.option(fc.double()),
  dt_us: fc.integer({ min: 1, max: 1_000_000 }),
});

const between = (value: number, low: number, high: number): boolean => value >= low && value <= high;

/** What is said to be believed is a number that a battery can have. */
function checkBelief({ measured, settings }: RawBoard): void {
  for (let cell = 0; cell < 18; cell++) {
    if (measured.cellValid[cell] === 1)
      expect(between(measured.cells_V[cell], -1, 5.5) && cell < settings.battery.cells).toBe(true);
    if (measured.temperatureValid === 1) expect(between(measured.cellTemperatures_degC[cell], -60, 200)).toBe(true);
  }
  if (measured.someCellValid === 1)
    expect(between(measured.minCell_V, -1, measured.maxCell_V) && between(measured.maxCell_V, -1, 5.5)).toBe(true);
  expect(measured.someCellValid >= measured.cellsValid && measured.someCellValid <= measured.cellMonitorOnline).toBe(
    true,
  );
  if (measured.cellsValid === 1) {
    expect([measured.cellLost, measured.cellLostIndex]).toEqual([0, -1]);
    const { minCell_V, averageCell_V, maxCell_V, spread_V } = measured;
    expect(minCell_V <= averageCell_V + 1e-9 && averageCell_V <= maxCell_V + 1e-9 && spread_V >= 0).toBe(true);
    expect(measured.cells_V[measured.minCell] === minCell_V && measured.cells_V[measured.maxCell] === maxCell_V).toBe(
      true,
    );
  }
  if (measured.batteryValid === 1) expect(between(measured.battery_V, -18, 100)).toBe(true);
  if (measured.temperatureValid === 1)
    expect(between(measured.minTemperature_degC, -60, measured.maxTemperature_degC)).toBe(true);
  if (measured.currentValid === 1) {
    expect(between(measured.current_A, settings.shunt.enable ? -2400 : -600, settings.shunt.enable ? 2400 : 600)).toBe(
      true,
    );
    expect(measured.chargeCurrent_A - measured.dischargeCurrent_A).toBe(measured.current_A);
    expect(measured.calibrated === 1 && measured.currentFault === 0).toBe(true);
  }
  expect(
    Number.isFinite(
      measured.battery_V + measured.minCell_V + measured.maxCell_V + measured.current_A + measured.maxTemperature_degC,
    ),
  ).toBe(true);
  expect(measured.signals.every((signal) => signal === 0 || signal === 1)).toBe(true);
}

test("no raw values whatever break the stage or make it believe the impossible", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 18 }),
      fc.boolean(),
      fc.array(raw, { minLength: 1, maxLength: 12 }),
      (cells, shunt, ticks) => {
        const board = createRawBoard(cells);
        board.settings.shunt.enable = shunt;
        board.plan();
        if (ticks.length % 2 === 0) board.run(4);
        for (const { numbers, converts, shunt_A, dt_us, supply_V, inputs, ...arrays } of ticks) {
          for (const [name, values] of Object.entries(arrays)) board.sensors[name as keyof typeof arrays].set(values);
          board.sensors.inputs.set(inputs);
          Object.assign(board.sensors, numbers, { supply_V });
          if (shunt_A !== null) Object.assign(board.measured, { shunt_A, shuntAge_us: 0 });
          if (converts) board.convert(dt_us);
          else board.tick(dt_us);
          checkBelief(board);
        }
      },
    ),
    { seed: 20231221, numRuns: 1500 },
  );
});

test("the same raw values give the same bits", () => {
  const once = (): string => {
    const board = createRawBoard();
    for (let i = 0; i < 300; i++) {
      board.sensors.hall_V = 2.5 + ((i * 7919) % 101) * 1e-3;
      setCell(board.sensors, i % 16, 3 + ((i * 104_729) % 997) * 1e-3);
      board.run(1);
    }
    return JSON.stringify(board.measured, (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as number[]) : value,
    );
  };
  expect(once()).toBe(once());
});

describe("signals", () => {
  const measured = createMeasured() as unknown as Record<string, number | ArrayLike<number>>;
  const lengths = { cell: 18, thermistor: 6, output: 4, input: 4, inputSignal: 22 };

  test.each(Object.entries(MEASURE_SIGNALS))("%s stands in the state with the shape its row says", (_, row) => {
    for (const path of [row.from, ...("validFrom" in row ? row.validFrom : [])])
      expect(measured).toHaveProperty(path.replace("measure.", ""));
    const value = measured[row.from.replace("measure.", "")];
    if ("per" in row) expect((value as ArrayLike<number>).length).toBe(lengths[row.per]);
    else expect(typeof value).toBe("number");
  });

  test("codes have the words of the state", () => {
    expect(MEASURE_SIGNALS.currentFault.codes).toEqual(CURRENT_FAULTS);
    expect(MEASURE_SIGNALS.thermistorState.codes).toEqual(THERMISTOR_STATES);
    expect(MEASURE_SIGNALS.wiringFault.codes).toEqual(WIRING_FAULTS);
    expect(MEASURE_SIGNALS.notReady.codes).toEqual(NOT_READY);
  });
});
