// Current: numbers of the makers' sheets (HASS, HTFS, DHAB), each reason not to believe it, calibration, and the shunt.
import { describe, expect, test } from "vitest";
import { createRawBoard, type RawBoard, setCells } from "../../../tests/raw-board.ts";
import { createRandom, gaussian } from "../../base/random.ts";
import type { Settings } from "../../model/settings.ts";

type Type = Settings["currentSensor"]["type"];

const NONE = 0;
const OUTPUT = 1;
const REFERENCE = 2;
const SUPPLY = 3;
const FROZEN = 4;
const CHANNELS = 5;

/** A board with this sensor, calibrated at no current. */
function calibrated(type: Type = "HASS 200-S", change: (settings: Settings) => void = () => {}): RawBoard {
  const board = createRawBoard();
  board.settings.currentSensor.type = type;
  change(board.settings);
  board.plan();
  board.run(5);
  return board;
}

/** Output and reference (or coarse channel) at the pins, and a tick. */
function give(board: RawBoard, hall_V: number, reference_V = 2.5, supply_V = 5): void {
  board.sensors.hall_V = hall_V;
  board.sensors.hallReference_V = reference_V;
  board.sensors.hallSupply_V = supply_V;
  board.tick();
}

describe("sensors with a reference", () => {
  test.each<[Type, number, number]>([
    ["HASS 50-S", 2.5 + 0.625, 50],
    ["HASS 100-S", 2.5 - 0.625, -100],
    ["HASS 200-S", 4.375, 600], // three times nominal swings 1.875 V
    ["HASS 200-S", 0.625, -600],
    ["HASS 600-S", 2.5 + 0.9375, 900],
    ["HTFS 200-P", 2.5 + 1.25, 200],
    ["HTFS 400-P", 2.5 - 1.875, -600],
    ["HTFS 800-P", 2.5 + 1.875, 1200],
  ])("%s at %f V carries %f A", (type, hall_V, current_A) => {
    const board = calibrated(type);
    give(board, hall_V);
    expect(board.measured.currentValid).toBe(1);
    expect(board.measured.current_A).toBeCloseTo(current_A, 6);
    expect(board.measured.chargeCurrent_A).toBeCloseTo(Math.max(current_A, 0), 6);
    expect(board.measured.dischargeCurrent_A).toBeCloseTo(Math.max(-current_A, 0), 6);
  });

  test("the output counts over the reference as it is, not as it should be", () => {
    const board = calibrated();
    give(board, 2.52 + 0.3125, 2.52);
    expect(board.measured.current_A).toBeCloseTo(100, 6);
  });

  test("HTFS: the reference follows half the supply, the gain does not", () => {
    const board = calibrated("HTFS 400-P");
    give(board, 2.6 + 0.625, 2.6, 5.2);
    expect([board.measured.currentValid, board.measured.currentFault]).toEqual([1, NONE]);
    expect(board.measured.current_A).toBeCloseTo(200, 6);
  });

  test("a sensor that is mounted the other way round is inverted", () => {
    const board = calibrated("HASS 200-S", (settings) => {
      settings.currentSensor.invert = true;
    });
    give(board, 2.5 + 0.3125);
    expect(board.measured.current_A).toBeCloseTo(-100, 6);
    expect(board.measured.dischargeCurrent_A).toBeCloseTo(100, 6);
  });

  test("a custom sensor goes by its own nominal current and sensitivity", () => {
    const board = calibrated("custom", ({ currentSensor }) => {
      currentSensor.nominal_A = 300;
      currentSensor.sensitivity_V = 0.5;
      currentSensor.range_A = 450;
    });
    give(board, 2.5 + 0.25);
    expect(board.measured.current_A).toBeCloseTo(150, 6);
  });
});

describe("a custom sensor of each family", () => {
  type Custom = Partial<Settings["currentSensor"]>;
  const custom = (values: Custom): RawBoard =>
    calibrated("custom", ({ currentSensor }) => {
      Object.assign(currentSensor, values);
    });

  test("1200 A of the HASS kind about its own 2.5 V", () => {
    const board = custom({ nominal_A: 1200, sensitivity_V: 0.625, range_A: 1200 });
    give(board, 2.5 - 0.625 / 2);
    expect(board.measured.current_A).toBeCloseTo(-600, 6);
    give(board, 2.5 + 0.625);
    expect([board.measured.currentValid, board.measured.current_A]).toEqual([1, expect.closeTo(1200, 6)]);
  });

  test("1000 A of the HTFS kind about half its supply, which the reference must follow", () => {
    const board = custom({ family: "HTFS", nominal_A: 1000, sensitivity_V: 1.25, range_A: 1200 });
    give(board, 2.6 + 0.625, 2.6, 5.2);
    expect([board.measured.currentFault, board.measured.current_A]).toEqual([NONE, expect.closeTo(500, 6)]);
    give(board, 2.4 + 0.625, 2.4, 5.2); // 200 mV off
    expect(board.measured.currentFault).toBe(REFERENCE);
  });

  test("60 A and 800 A of the DHAB kind on two channels", () => {
    const board = custom({ family: "DHAB", nominal_A: 60, sensitivity_V: 2, coarseRange_A: 800, range_A: 800 });
    const supply_V = 4.9;
    const at = (current_A: number): void =>
      give(
        board,
        (Math.min(2.5 + current_A / 30, 4.75) * supply_V) / 5,
        ((2.5 + current_A / 400) * supply_V) / 5,
        supply_V,
      );
    for (const current_A of [40, 500, 800]) {
      at(current_A);
      expect([board.measured.currentFault, board.measured.current_A]).toEqual([NONE, expect.closeTo(current_A, 6)]);
    }
    give(board, 2.5 + 40 / 30, 2.5);
    expect(board.measured.currentFault).toBe(CHANNELS);
    give(board, 2.5, 0);
    expect(board.measured.currentFault).toBe(REFERENCE);
  });

  test("100 A of the DHAB kind with one channel: the second pin says nothing", () => {
    const board = custom({ family: "DHAB", nominal_A: 100, sensitivity_V: 2, coarseRange_A: 0, range_A: 100 });
    give(board, ((2.5 + 1) * 5.1) / 5, 0, 5.1);
    expect([board.measured.currentFault, board.measured.current_A]).toEqual([NONE, expect.closeTo(50, 6)]);
    give(board, 4.7, 0, 5);
    expect(board.measured.current_A).toBe(100);
    for (let i = 0; i < 11; i++) give(board, 4.7, 0, 5);
    expect(board.measured.currentFault).toBe(OUTPUT);
  });

  test("a range beyond what the output can show does not hide that it is saturated", () => {
    const board = custom({ nominal_A: 200, sensitivity_V: 0.625, range_A: 1500 });
    for (let i = 0; i < 12; i++) give(board, 4.74);
    expect([board.measured.currentValid, board.measured.currentFault]).toEqual([0, OUTPUT]);
  });

  test("another family needs another zero", () => {
    const board = custom({ family: "HTFS" });
    expect(board.measured.calibrated).toBe(1);
    board.settings.currentSensor.family = "DHAB";
    board.plan();
    board.tick();
    expect(board.measured.calibrated).toBe(0);
  });
});

describe("DHAB, both channels fully ratiometric", () => {
  // Vout = Uc/5 (2.5 + S I); S/24: 26.67 and 4 mV/A, S/133: 26.67 and 2.667 mV/A, S/14: 20 and 3.333 mV/A.
  const output_V = (sensitivity_V: number, current_A: number, supply_V: number): number =>
    (Math.min(Math.max(2.5 + sensitivity_V * current_A, 0.25), 4.75) * supply_V) / 5;

  test.each<[Type, number, number, number, number]>([
    ["DHAB S/24", 2 / 75, 0.004, 50, 5],
    ["DHAB S/24", 2 / 75, 0.004, -63, 4.8],
    ["DHAB S/24", 2 / 75, 0.004, 480, 5.2],
    ["DHAB S/133", 2 / 75, 2 / 750, -700, 5],
    ["DHAB S/14", 0.02, 2 / 600, 84, 5],
    ["DHAB S/14", 0.02, 2 / 600, 599, 5],
  ])("%s (%f and %f V/A) reads %f A at a supply of %f V", (type, fine_V, coarse_V, current_A, supply_V) => {
    const board = calibrated(type);
    give(board, output_V(fine_V, current_A, supply_V), output_V(coarse_V, current_A, supply_V), supply_V);
    expect([board.measured.currentValid, board.measured.currentFault]).toEqual([1, NONE]);
    expect(board.measured.current_A).toBeCloseTo(current_A, 6);
  });

  test("leaves the fine channel above 85 % of 75 A and returns below 80 %", () => {
    const board = calibrated("DHAB S/24");
    const at = (current_A: number): number => {
      give(board, output_V(2 / 75, current_A, 5), output_V(0.004, current_A, 5));
      return board.measured.coarseChannel;
    };
    expect([63.7, 63.8, 61, 60.1, 59.9, 63.7].map(at)).toEqual([0, 1, 1, 1, 0, 0]);
  });

  test.each([
    [3.74, NONE], // 5 % of 75 A
    [3.76, CHANNELS],
  ])("channels %f A apart are fault %i", (apart_A, fault) => {
    const board = calibrated("DHAB S/24");
    give(board, output_V(2 / 75, 40, 5), output_V(0.004, 40 + apart_A, 5));
    expect(board.measured.currentFault).toBe(fault);
  });

  test("beyond the fine range only the coarse channel counts", () => {
    const board = calibrated("DHAB S/24");
    give(board, 4.75, output_V(0.004, 300, 5));
    expect([board.measured.currentFault, board.measured.current_A]).toEqual([NONE, expect.closeTo(300, 6)]);
  });

  test("a coarse channel that is off is found at no current", () => {
    const board = calibrated("DHAB S/24");
    give(board, 2.5, 0);
    expect([board.measured.currentFault, board.measured.currentValid]).toEqual([REFERENCE, 0]);
  });
});

describe("electrical limits", () => {
  test.each([
    [4.749, SUPPLY],
    [4.75, NONE],
    [5.25, NONE],
    [5.251, SUPPLY],
    [0, SUPPLY],
    [Number.NaN, SUPPLY],
  ])("a supply of %f V is fault %i", (supply_V, fault) => {
    const board = calibrated();
    give(board, 2.5, 2.5, supply_V);
    expect([board.measured.currentFault, board.measured.currentValid]).toEqual([fault, fault === NONE ? 1 : 0]);
    expect(board.measured.currentBroken).toBe(fault === NONE ? 0 : 1);
  });

  test.each([
    [2.399, REFERENCE],
    [2.401, NONE],
    [2.599, NONE],
    [2.601, REFERENCE],
    [0, REFERENCE],
    [Number.NaN, REFERENCE],
  ])("HASS with a reference of %f V is fault %i", (reference_V, fault) => {
    const board = calibrated();
    give(board, 2.5, reference_V);
    expect(board.measured.currentFault).toBe(fault);
  });

  test.each([
    [0, OUTPUT],
    [0.22, OUTPUT],
    [4.78, OUTPUT],
    [5, OUTPUT],
    [Number.NaN, OUTPUT],
  ])("an output of %f V is broken at once", (hall_V, fault) => {
    const board = calibrated();
    give(board, 2.5 + 0.3125);
    give(board, hall_V);
    expect([board.measured.currentFault, board.measured.currentValid]).toEqual([fault, 0]);
    expect(board.measured.current_A).toBeCloseTo(100, 6); // the last believed one
  });

  test.each([0.25, 4.75])(
    "an output clamped at %f V counts as the end of the range for 100 ms, then as broken",
    (hall_V) => {
      const board = calibrated();
      const end_A = hall_V < 2.5 ? -600 : 600;
      for (let i = 0; i < 10; i++) {
        give(board, hall_V);
        expect([board.measured.currentValid, board.measured.current_A]).toEqual([1, end_A]);
      }
      give(board, hall_V);
      expect([board.measured.currentValid, board.measured.currentFault]).toEqual([0, OUTPUT]);
      give(board, 2.5);
      expect([board.measured.currentValid, board.measured.current_A]).toEqual([1, expect.closeTo(0, 9)]);
    },
  );
});

describe("a frozen output", () => {
  /** A pack that moves at once by so much, a minute after the output last did. */
  const afterStep = (step_V: number, seconds: number, noise_V = 0): number => {
    const board = calibrated();
    board.run(5);
    setCells(board.sensors, 16, 3.3 - step_V);
    for (let i = 0; i < seconds * 10; i++) {
      board.sensors.hall_V = 2.5 + (i % 2) * noise_V;
      board.run(1);
    }
    return board.measured.currentFault;
  };

  test.each([
    [0.019, 60, 0, NONE], // the pack has hardly moved
    [0.021, 28, 0, NONE], // not for 30 s yet
    [0.021, 31, 0, FROZEN],
    [-0.3, 31, 0, FROZEN],
    [0.3, 60, 0.00007, FROZEN], // within one step of the converter
    [0.3, 60, 0.00016, NONE], // noise of two steps
  ])("a pack that falls %f V at once, %i s, noise %f V: fault %i", (step_V, seconds, noise_V, fault) => {
    expect(afterStep(step_V, seconds, noise_V)).toBe(fault);
  });

  test("an ideal sensor at rest, or under a steady load that empties the pack, is not frozen", () => {
    const rest = calibrated();
    rest.run(1000);
    expect(rest.measured.currentFault).toBe(NONE);
    const load = calibrated();
    load.sensors.hall_V = 2.2;
    setCells(load.sensors, 16, 3.2); // the load step itself, seen by both
    for (let i = 0; i < 1000; i++) {
      load.run(1);
      setCells(load.sensors, 16, 3.2 - i * 0.0005);
    }
    expect([load.measured.currentFault, load.measured.minCell_V < 2.75]).toEqual([NONE, true]);
  });

  test("a load step seen by the sensor up to a conversion before the cells show it freezes nothing", () => {
    const board = calibrated();
    board.sensors.hall_V = 2.2;
    for (let i = 0; i < 10; i++) board.tick();
    setCells(board.sensors, 16, 3.2);
    board.run(400);
    expect(board.measured.currentFault).toBe(NONE);
  });

  /** Cell voltages that come one after the other, 2 s each, while the output stands still for 40 s. */
  const afterCourse = (course_V: readonly number[]): number => {
    const board = calibrated();
    for (let i = 0; i < 20; i++) {
      setCells(board.sensors, 16, course_V[Math.min(i, course_V.length - 1)]);
      board.run(20);
    }
    return board.measured.currentFault;
  };

  test.each([
    ["up, down, up and down by 6 mV: a changing load", [3.3, 3.306, 3.3, 3.306, 3.3], FROZEN],
    ["the same by 4 mV: noise", [3.3, 3.304, 3.3, 3.304, 3.3], NONE],
    ["up and down once: relaxed, then emptied", [3.29, 3.3, 3.31, 3.315, 3.31, 3.3, 3.29, 3.275], NONE],
    ["ever down: a steady load", [3.3, 3.29, 3.28, 3.27, 3.26], NONE],
  ])("a pack that goes %s", (_, course_V, fault) => {
    expect(afterCourse(course_V)).toBe(fault);
  });

  test("noise of 2 mV that all cells share is no changing load: a steady current stays believed, seed 1", () => {
    const random = createRandom(1);
    const board = calibrated();
    for (let i = 0; i < 6000; i++) {
      setCells(board.sensors, 16, 3.3 + 0.002 * gaussian(random));
      board.run(1);
    }
    expect([board.measured.currentFault, board.measured.currentValid]).toEqual([NONE, 1]);
  });

  test("moves again and is believed again", () => {
    const board = calibrated();
    board.run(5);
    setCells(board.sensors, 16, 3);
    board.run(310);
    expect(board.measured.currentFault).toBe(FROZEN);
    give(board, 2.501);
    expect([board.measured.currentFault, board.measured.currentValid]).toEqual([NONE, 1]);
  });
});
