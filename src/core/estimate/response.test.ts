// Resistance after 0.1 s and 10 s of cells whose answer to a step is known on paper: R0 (1 + sum of shares x (1 - e^-t/T)).
import { expect, test } from "vitest";
import { makeBench, makeSettings, setCells, setCurrent, tick } from "../../../tests/estimator/bench.ts";
import { createRandom, gaussian, uniform } from "../../base/random.ts";
import type { Bms } from "../bms.ts";
import { basisOf } from "./response.ts";

const CELLS = 6;
/** Shares and time constants that are none of the device's. */
const PAIRS = [
  [0.4, 2],
  [0.5, 20],
  [0.8, 300],
] as const;
const answer = (t: number): number =>
  PAIRS.reduce((sum, [share, time_s]) => sum + share * (1 - Math.exp(-t / time_s)), 1);

type Rig = { readonly bms: Bms; readonly pairs_A: number[]; charge_Ah: number; readonly next: () => number };

const makeRig = (seed: number): Rig => {
  const bms = makeBench(makeSettings("NMC", CELLS, 100));
  const random = createRandom(seed);
  return { bms, pairs_A: [0, 0, 0], charge_Ah: 0, next: () => uniform(random) + 1e-3 * gaussian(random) };
};

/** Ten conversions a second on cells of 3.75 V that rise by 0.7 V from empty to full. */
function flow(rig: Rig, ohms: readonly number[], current_A: number, seconds: number, noise_V = 0.0005, held = 1): void {
  const noise = createRandom(5);
  for (let i = 0; i < seconds * 10; i++) {
    rig.charge_Ah += current_A / 36_000;
    PAIRS.forEach(([, time_s], k) => {
      rig.pairs_A[k] = current_A + (rig.pairs_A[k] - current_A) * Math.exp(-0.1 / time_s);
    });
    const drive_A = PAIRS.reduce((sum, [share], k) => sum + share * rig.pairs_A[k], current_A);
    if (i % held === 0)
      setCells(
        rig.bms,
        ohms.map((ohm) => 3.75 + (0.7 * rig.charge_Ah) / 100 + ohm * drive_A + noise_V * gaussian(noise)),
      );
    setCurrent(rig.bms, current_A);
    tick(rig.bms, 100_000, true);
  }
}

const OHMS = [0.0006, 0.0006, 0.0006, 0.0009, 0.0006, 0.0003];

/** Half an hour of steps, each of 2 to 20 s. */
function drive(rig: Rig): void {
  for (let at = 0; at < 1800; ) {
    const last = 2 + Math.floor(18 * rig.next());
    flow(rig, OHMS, -100 * rig.next() + 40, last);
    at += last;
  }
}

test.each([1, 2, 3])(
  "half an hour of driving shows the resistance at 0.1 s and 10 s to a twelfth and a twentieth (seed %i)",
  (seed) => {
    const rig = makeRig(seed);
    flow(rig, OHMS, 0, 30);
    drive(rig);
    const { health, observer, cellResistance_Ohm } = rig.bms.estimate;
    for (const cell of [0, 3, 5]) {
      const ratio = observer.actual_Ohm[cell] / cellResistance_Ohm[cell];
      expect(ratio).toBeGreaterThan(0.8); // the device scales by its own table and back again
      expect(health.resistance100ms_Ohm[cell] / (OHMS[cell] * answer(0.1))).toBeGreaterThan(0.92);
      expect(health.resistance100ms_Ohm[cell] / (OHMS[cell] * answer(0.1))).toBeLessThan(1.08);
      const tenth_Ohm = OHMS[cell] * answer(10);
      expect(Math.abs(health.resistance10s_Ohm[cell] - tenth_Ohm)).toBeLessThan(0.05 * tenth_Ohm + 0.00002);
      expect(Math.abs(health.resistance10s_Ohm[cell] - tenth_Ohm)).toBeLessThan(
        health.resistanceBound_Ohm[cell] + 0.05 * tenth_Ohm,
      );
    }
  },
);

test("a current that stays tells nothing: the settings' resistance remains, with a wide bound", () => {
  const rig = makeRig(1);
  flow(rig, OHMS, -20, 600);
  const { health } = rig.bms.estimate;
  const nominal_Ohm = rig.bms.settings.battery.resistance_Ohm;
  expect(health.tenth_Ohm[3]).toBeGreaterThan(nominal_Ohm);
  expect(health.informed_s).toBeLessThan(1);
});

test("voltages that are older than a second or two are not laid to the current of the moment", () => {
  const rig = makeRig(1);
  flow(rig, OHMS, 0, 10);
  for (let i = 0; i < 40; i++) flow(rig, OHMS, i % 2 === 0 ? -60 : 0, 9, 0.0005, 90);
  expect(rig.bms.estimate.health.informed_s).toBeLessThan(5);
});

test("readings that do not fit the current (one in twenty 50 mV off) move the answer by less than 10 %", () => {
  const rig = makeRig(4);
  flow(rig, OHMS, 0, 30);
  for (let i = 0; i < 200; i++) {
    flow(rig, OHMS, -100 * rig.next() + 40, 9);
    setCells(
      rig.bms,
      OHMS.map(() => 3.7 + 0.1 * rig.next()),
    );
    tick(rig.bms, 100_000, true);
  }
  expect(Math.abs(rig.bms.estimate.health.resistance10s_Ohm[0] / (OHMS[0] * answer(10)) - 1)).toBeLessThan(0.1);
});

test("the settings' model on the basis of two filters gives the same answer after 3 s and 30 s", () => {
  const plan = { resistance_Ohm: 0.001, fastRatio: 0.6, fastTime_s: 5, slowRatio: 1.5, slowTime_s: 100 };
  const [r0, r1, r2] = basisOf(plan);
  for (const t of [3, 30]) {
    const ours = r0 + r1 * (1 - Math.exp(-t / 3)) + r2 * (1 - Math.exp(-t / 30));
    const theirs = 1 + 0.6 * (1 - Math.exp(-t / 5)) + 1.5 * (1 - Math.exp(-t / 100));
    expect(ours / 0.001).toBeCloseTo(theirs, 6);
  }
});
