// The battery record of a modelled battery over days and months, against what really happened to it.
import { expect, test } from "vitest";
import { batteryRecord } from "../src/core/battery-record.ts";
import { createSnapshotReader, takeSnapshot } from "../src/core/snapshot.ts";
import { advance, createRun, type Run } from "../src/sim/scenario/run.ts";
import { readScenario } from "../src/sim/scenario/scenario.ts";

const DAY_us = 86_400e6;
const MONTH_us = 30 * DAY_us;

function play(data: object, watch: (run: Run) => void): Run {
  const read = readScenario(data);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const run = createRun({ scenario: read.scenario });
  let before = countersOf(run);
  for (let step = 0; run.time_us < run.end_us; step++) {
    const slept = run.awake === 0;
    advance(run);
    watch(run);
    if (step % 40 !== 0 && !slept) continue;
    const now = countersOf(run);
    if (now.some((count, i) => count < before[i]!)) throw new Error(`a counter went back at ${run.time_us} us`);
    before = now;
  }
  return run;
}

/** Everything that may only grow, also through sleep and waking. */
function countersOf({ bms }: Run): number[] {
  const { estimate: e, protect } = bms;
  return [
    ...[e.lifetimeCharged_Ah, e.lifetimeDischarged_Ah, e.lifetimeReceived_Wh, e.lifetimeDelivered_Wh],
    ...[e.lifetimeBalanced_Wh, e.operating_s, e.charges, e.deepDischarges, e.hot_s, e.cold_s, e.chargeMode_s],
    ...[e.life.fullCycles, e.life.roundTrips, e.life.windows, e.life.flatRest_s, e.life.chargingHot_s],
    ...[...e.life.temperature_s, ...e.life.soc_s, -e.minEver_degC, e.maxEver_degC, -e.minEverCell_V, e.maxEverCell_V],
    ...Object.values(protect.faults).map(({ trips }) => trips),
  ];
}

const recordOf = ({ bms }: Run) =>
  batteryRecord(takeSnapshot(createSnapshotReader(bms)), bms.settings, { firstUsed_ms: 0 });

test("a boat that sails and charges for a day knows its round-trip efficiency, throughput and cycles (seed 1)", () => {
  const marks: { in_Wh: number; out_Wh: number; measured: number; bound: number }[] = [];
  let trips = 0;
  let wasFull = 0;
  const run = play(
    {
      name: "boat",
      hours: 25,
      tick_ms: 500,
      world: {
        pack: { model: "NMC", cells: 14, capacity_Ah: 150, startSoc: 0.95, temperature_degC: 20 },
        ambient_degC: 20,
        load: { kind: "current", current_A: 45 },
      },
      events: [
        { at: "3h", every: "9h", do: [{ load: "none" }, { charger: { voltage_V: 57.8, current_A: 45 } }] },
        { at: "9h", every: "9h", do: [{ charger: "none" }, { load: { kind: "current", current_A: 45 } }] },
      ],
      expectations: [],
    },
    ({ bms, world: { truth } }) => {
      const { life } = bms.estimate;
      if (life.full === 1 && wasFull === 0)
        marks.push({
          ...{ in_Wh: truth.charged_Wh, out_Wh: truth.discharged_Wh },
          ...(life.roundTrips > trips
            ? { measured: life.roundTrip, bound: life.roundTripBound }
            : { measured: 0, bound: 0 }),
        });
      trips = life.roundTrips;
      wasFull = life.full;
    },
  );
  expect(trips).toBe(2);
  for (let i = 1; i < marks.length; i++) {
    const { in_Wh, out_Wh, measured, bound } = marks[i]!;
    const truth = (out_Wh - marks[i - 1]!.out_Wh) / (in_Wh - marks[i - 1]!.in_Wh);
    expect(bound).toBeLessThan(0.025);
    expect(Math.abs(measured - truth)).toBeLessThan(bound);
  }
  const { truth } = run.world;
  const record = recordOf(run);
  expect(Number(record.energyThroughput.value) / (truth.charged_Wh + truth.discharged_Wh)).toBeCloseTo(1, 1);
  expect(record.fullCycles.value).toBeCloseTo((truth.charged_Ah + truth.discharged_Ah) / 300, 0);
  expect(record.resistance.value).not.toBe(null);
  expect(record.negativeEvents.value).toEqual([]);
});

const sleep = (model: string, startSoc: number) => ({
  name: "storage",
  hours: 181 * 24,
  tick_ms: 500,
  world: {
    pack: { model, cells: 14, capacity_Ah: 50, startSoc, temperature_degC: 20 },
    ambient_degC: 20,
    load: { kind: "power", power_W: 100 },
  },
  events: [
    { at: "10 min", do: [{ load: "none" }, { button: "3 s" }] },
    ...[30, 60, 120, 180].flatMap((day) => [
      { at: `${day * 24}h`, do: { button: "1 s" } },
      { at: `${day * 24 + 1}h`, do: { button: "3 s" } },
    ]),
  ],
  expectations: [],
});

test("half a year in a shed with a look once in a while shows what NMC cells and the sleeping board lose (seed 1)", () => {
  const reads: { time_us: number; soc: number }[] = [];
  let first_V = 0;
  const run = play(sleep("NMC", 0.7), ({ bms, world, time_us }) => {
    const { life } = bms.estimate;
    if (life.restFirst_V === first_V) return;
    first_V = life.restFirst_V;
    reads.push({ time_us, soc: world.cells.soc.slice(0, 14).reduce((sum, soc) => sum + soc, 0) / 14 });
  });
  const trend = recordOf(run).selfDischargeTrend.value as readonly { rate: number; bound: number }[];
  expect(trend).toHaveLength(3);
  for (const [i, { rate, bound }] of trend.entries()) {
    const from = reads[i]!;
    const to = reads[i + 1]!;
    const truth = ((from.soc - to.soc) * MONTH_us) / (to.time_us - from.time_us);
    expect(bound).toBeLessThan(0.01);
    expect(Math.abs(rate - truth)).toBeLessThan(bound);
  }
});

test("LFP cells on their plateau show nothing, and the record says so (seed 1)", () => {
  const { selfDischarge } = recordOf(play(sleep("LFP", 0.7), () => {}));
  expect(selfDischarge.value).toBe(null);
  expect((selfDischarge as { reason: string }).reason).toMatch(/rested 3\d{3} h where its rest voltage tells nothing/);
});
