// The battery record: every figure by hand, nothing made up where nothing was measured, and a life that is never taken back.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECORD_KEYS, RECORD_ROWS, type RecordKey } from "../model/battery-record.ts";
import { COMMANDS, type CommandName } from "../model/commands.ts";
import { createSettings, putSetting, SETTING_BY_NAME, type Settings } from "../model/settings.ts";
import { SIGNALS } from "../model/signals.ts";
import { acceptRequests } from "./accept.ts";
import { type BatteryRecord, batteryRecord } from "./battery-record.ts";
import { type Bms, createBms } from "./bms.ts";
import { estimate } from "./estimate/estimate.ts";
import type { RecordEntry } from "./record-entry.ts";
import { resume } from "./resume.ts";
import { encode, restoreKept, saveKept } from "./saved-state.ts";
import { createSnapshotReader, takeSnapshot } from "./snapshot.ts";
import { gather, KEPT } from "./state-entries.ts";

const DAY_s = 86_400;

const recordOf = (bms: Bms, firstUsed_ms?: number): BatteryRecord =>
  batteryRecord(takeSnapshot(createSnapshotReader(bms)), bms.settings, { firstUsed_ms });

function device(changes: Readonly<Record<string, number | string | boolean>> = {}): Bms {
  const settings: Settings = createSettings(); // 16 LFP cells of 100 Ah, 0.19 mOhm
  for (const [name, value] of Object.entries(changes)) putSetting(settings, name, value);
  return createBms(settings);
}

describe("a new device", () => {
  const record = recordOf(device());

  test.each([
    "manufacturer",
    "serialNumber",
    "productionDate",
    "serviceEntry",
    "remainingCapacity",
    "capacityFade",
    "remainingPower",
    "powerFade",
    "roundTrip",
    "roundTripFade",
    "selfDischarge",
    "selfDischargeTrend",
    "resistance",
    "resistanceIncrease",
    "lowestTemperature",
    "highestTemperature",
    "lowestVoltage",
    "highestVoltage",
    "meanTemperature",
  ] satisfies RecordKey[])("does not know %s, and says why", (key) => {
    const entry = record[key];
    expect(entry.value).toBe(null);
    expect((entry as { reason: string }).reason.length).toBeGreaterThan(10);
  });

  test("has counted nothing", () => {
    for (const key of [
      "energyIn",
      "energyOut",
      "chargeOut",
      "fullCycles",
      "deepDischarges",
      "hotTime",
      "chargingColdTime",
    ] as const)
      expect([key, record[key].value]).toEqual([key, 0]);
    expect(record.negativeEvents.value).toEqual([]);
  });

  test("tells what is set", () => {
    expect(record.ratedCapacity).toMatchObject({ value: 100, basis: "set" });
    expect(record.ratedResistance.value).toBeCloseTo(16 * 0.00019, 9);
    expect(record.chemistry.value).toBe("LFP, 16 cells in series");
  });
});

test("each row is made from signals and settings that exist, may be read by all, and names its place in the law", () => {
  const ends = [/^VII [AB] \d$/, /^IV A \d$/, /^XIII \d$/, /^$/];
  for (const key of RECORD_KEYS) {
    const row = RECORD_ROWS[key];
    expect(row.access).toBe("public");
    expect([key, ends.some((end) => end.test(row.law))]).toEqual([key, true]);
    for (const name of row.from)
      expect([name, name in SIGNALS || SETTING_BY_NAME.has(name) || name === "fault.*.trips"]).toEqual([name, true]);
  }
});

test("every figure that Annex VII names has a row", () => {
  const laws: ReadonlySet<string> = new Set(RECORD_KEYS.map((key) => RECORD_ROWS[key].law));
  for (const law of ["A 1", "A 2", "A 3", "A 4", "A 5", "B 1", "B 2", "B 3", "B 4", "B 5"])
    expect(laws).toContain(`VII ${law}`);
});

describe("a battery that has lived", () => {
  const bms = device({
    "user.serialNumber": "B 7",
    "user.manufacturer": "A maker",
    "user.productionDate": "2026-03-14",
    "battery.dischargeVoltage_V": 2.8,
    "dischargeMap.maximum_A": 200,
  });
  const { estimate: e } = bms;
  Object.assign(e, {
    lifetimeReceived_Wh: 6000,
    lifetimeDelivered_Wh: 5400,
    lifetimeCharged_Ah: 120,
    lifetimeDischarged_Ah: 110,
  });
  Object.assign(e, { minEver_degC: -3, maxEver_degC: 44, minEverCell_V: 2.75, maxEverCell_V: 3.61, deepDischarges: 2 });
  Object.assign(e, { hot_s: 60, cold_s: 120, operating_s: 40 * DAY_s, meanTemperature_degC: 21.5 });
  Object.assign(e.life, { capacity_Ah: 92, resistance_Ohm: 16 * 0.00038, fullCycles: 1.15 });
  Object.assign(e.life, { roundTrips: 2, roundTrip: 0.93, roundTripBound: 0.01, firstRoundTrip: 0.95 });
  e.life.windows = 2;
  e.life.windowRate.set([0.02, 0.03]);
  e.life.windowBound.set([0.008, 0.009]);
  e.life.windowAt_s.set([10 * DAY_s, 30 * DAY_s]);
  e.life.temperature_s.set([0, 0, 0, 600, 1200]);
  bms.protect.faults.overvoltage.trips = 3;
  bms.protect.faults.interlock.trips = 1; // critical by default
  bms.protect.faults.chargerFault.trips = 9; // harms no cell
  const record = recordOf(bms, Date.UTC(2026, 3, 2, 23, 59));

  test.each<[RecordKey, number | string]>([
    ["manufacturer", "A maker"],
    ["serialNumber", "B 7"],
    ["productionDate", "2026-03-14"],
    ["serviceEntry", "2026-04-02"],
    ["remainingCapacity", 92],
    ["capacityFade", 0.08],
    ["roundTrip", 0.93],
    ["roundTripFade", 1 - 0.93 / 0.95],
    ["selfDischarge", 0.03],
    ["resistance", 0.00608],
    ["resistanceIncrease", 1],
    ["energyThroughput", 11_400],
    ["capacityThroughput", 230],
    ["fullCycles", 1.15],
    ["deepDischarges", 2],
    ["hotTime", 60],
    ["coldTime", 120],
    ["lowestTemperature", -3],
    ["highestTemperature", 44],
    ["lowestVoltage", 2.75],
    ["highestVoltage", 3.61],
    ["meanTemperature", 21.5],
    ["operatingTime", 40 * DAY_s],
  ])("%s is %s", (key, value) => {
    if (typeof value === "number") expect(record[key].value).toBeCloseTo(value, 9);
    else expect(record[key].value).toBe(value);
  });

  test("bounds stand beside what was measured", () => {
    expect(record.roundTrip).toMatchObject({ bound: 0.01, basis: "measured" });
    expect(record.selfDischarge).toMatchObject({ bound: 0.009 });
    // 1.96 x 92 Ah x sqrt(0.01^2 of the sensor + 0.015^2 of full and empty)
    expect((record.remainingCapacity as { bound: number }).bound).toBeCloseTo(3.2508, 3);
  });

  test("the evolution of the self-discharge has its dates", () => {
    expect(record.selfDischargeTrend.value).toEqual([
      { operating_s: 10 * DAY_s, rate: 0.02, bound: 0.008 },
      { operating_s: 30 * DAY_s, rate: 0.03, bound: 0.009 },
    ]);
  });

  test("negative events are what harms cells and what is critical, by kind", () => {
    expect(record.negativeEvents.value).toEqual([
      { name: "overvoltage", title: "Overvoltage", count: 3 },
      { name: "interlock", title: "Interlock error", count: 1 },
    ]);
  });

  test("classes say from where to where", () => {
    const classes = record.temperatureTime.value as readonly object[];
    expect(classes[0]).toEqual({ class: "below -10 °C", from: null, to: -10, time_s: 0 });
    expect(classes[3]).toEqual({ class: "10 °C to 20 °C", from: 10, to: 20, time_s: 600 });
    expect(classes[7]).toEqual({ class: "from 50 °C", from: 50, to: null, time_s: 0 });
    expect((record.socTime.value as readonly object[])[9]).toEqual({
      class: "from 90 %",
      from: 0.9,
      to: null,
      time_s: 0,
    });
  });
});

describe("power capability", () => {
  /** Rest voltage 3.308 V at half charge; the fast pair adds nothing. */
  const bms = (maximum_A: number, resistance_Ohm: number): BatteryRecord => {
    const one = device({
      "dischargeMap.maximum_A": maximum_A,
      "cellModel.fastRatio": 0,
      "battery.dischargeVoltage_V": 2.808,
    });
    putSetting(one.settings, "socEstimation.ocv", { x: [0, 1], y: [25], z: [3.208, 3.408] });
    one.estimate.life.resistance_Ohm = resistance_Ohm;
    return recordOf(one);
  };

  test("is what the lowest voltage lets through: 0.5 V over 1 mOhm are 500 A at 2.808 V a cell", () => {
    const { remainingPower, powerFade } = bms(1000, 16 * 0.001);
    expect(remainingPower.value).toBeCloseTo(16 * 500 * 2.808, 6);
    expect((remainingPower as { note: string }).note).toContain("2.808 V");
    // New, 0.19 mOhm would let 2632 A through: 1000 A at 3.308 - 0.19 = 3.118 V.
    expect(powerFade.value).toBeCloseTo(1 - (500 * 2.808) / (1000 * 3.118), 6);
  });

  test("is no more than the greatest current set", () => {
    const { remainingPower } = bms(200, 16 * 0.001);
    expect(remainingPower.value).toBeCloseTo(16 * 200 * (3.308 - 0.2), 6);
    expect((remainingPower as { note: string }).note).toContain("200 A");
  });
});

test("where the self-discharge cannot be known it says so", () => {
  const reason = (bms: Bms): string => (recordOf(bms).selfDischarge as { reason: string }).reason;
  const flat = device();
  flat.estimate.life.flatRest_s = 90 * 3600;
  expect(reason(flat)).toContain("rested 90 h where its rest voltage tells nothing");
  expect(reason(device({ "charge.enable": false, "discharge.enable": false, "common.enable": false }))).toContain(
    "without contactors",
  );
});

describe("nothing is taken back", () => {
  const ups = [
    "lifetimeCharged_Ah",
    "lifetimeDischarged_Ah",
    "lifetimeReceived_Wh",
    "lifetimeDelivered_Wh",
    "lifetimeBalanced_Wh",
    "operating_s",
    "charges",
    "deepDischarges",
    "hot_s",
    "cold_s",
    "chargeMode_s",
    "receiving_s",
    "supplying_s",
  ] as const;
  const lifeUps = [
    "chargingHot_s",
    "chargingCold_s",
    "fullCycles",
    "counted_Ah",
    "roundTrips",
    "windows",
    "flatRest_s",
  ] as const;
  const countersOf = ({ estimate: e, protect }: Bms): number[] => [
    ...ups.map((name) => e[name]),
    ...lifeUps.map((name) => e.life[name]),
    ...e.life.temperature_s,
    ...e.life.soc_s,
    ...Object.values(protect.faults).map(({ trips }) => trips),
    -e.minEver_degC,
    e.maxEver_degC,
    -e.minEverCell_V,
    e.maxEverCell_V,
  ];

  function tick(bms: Bms, current_A: number, cell_V: number, degC: number, ticks: number): void {
    const { measure } = bms;
    Object.assign(measure, { cellsValid: 1, temperatureValid: 1, currentValid: 1, fresh: 1, current_A });
    Object.assign(measure, { minCell_V: cell_V, maxCell_V: cell_V, averageCell_V: cell_V, battery_V: 16 * cell_V });
    Object.assign(measure, { minTemperature_degC: degC, maxTemperature_degC: degC });
    measure.cellValid.fill(1);
    measure.cells_V.fill(cell_V);
    measure.cellTemperatures_degC.fill(degC);
    for (let i = 0; i < ticks; i++) estimate(bms, 1_000_000);
  }

  const action = fc.oneof(
    fc.record({
      kind: fc.constant("tick" as const),
      current_A: fc.double({ min: -300, max: 300, noNaN: true }),
      cell_V: fc.double({ min: 2, max: 3.8, noNaN: true }),
      degC: fc.double({ min: -40, max: 90, noNaN: true }),
      ticks: fc.integer({ min: 1, max: 30 }),
    }),
    fc.record({
      kind: fc.constant("command" as const),
      command: fc.constantFrom(...(Object.keys(COMMANDS) as CommandName[])),
    }),
    fc.record({ kind: fc.constant("capacity" as const), capacity_Ah: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({
      kind: fc.constant("restart" as const),
      off_s: fc.oneof(fc.constant(-1), fc.double({ min: 0, max: 1e8, noNaN: true })),
    }),
  );

  test("by any tick, command, setting or restart, in any order", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        let bms = device();
        let before = countersOf(bms);
        for (const act of actions) {
          if (act.kind === "tick") tick(bms, act.current_A, act.cell_V, act.degC, act.ticks);
          else if (act.kind === "command") acceptRequests(bms, [{ kind: "command", command: act.command }]);
          else if (act.kind === "capacity")
            acceptRequests(bms, [{ kind: "set", changes: { "battery.capacity_Ah": act.capacity_Ah } }]);
          else {
            const again = createBms(bms.settings);
            expect(restoreKept(again, saveKept(bms)).ok).toBe(true);
            resume(again, act.off_s);
            bms = again;
          }
          const now = countersOf(bms);
          for (let i = 0; i < now.length; i++) expect(now[i]!).toBeGreaterThanOrEqual(before[i]!);
          before = now;
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a state saved by a program that did not know of the record is taken up whole, and the record begins", () => {
    const old = device();
    old.estimate.lifetimeCharged_Ah = 300;
    old.estimate.lifetimeDischarged_Ah = 500;
    old.estimate.effectiveCapacity_Ah = 88;
    const entries = gather(old, KEPT);
    for (const name of [...entries.keys()]) if (name.startsWith("estimate.life.")) entries.delete(name);
    const bms = device();
    expect(restoreKept(bms, encode(entries))).toMatchObject({ ok: true });
    expect(bms.estimate.lifetimeDischarged_Ah).toBe(500);
    expect(bms.estimate.life.fullCycles).toBe(0);
    resume(bms, 10);
    bms.estimate.learnedFor_Ah = 100; // the capacity was learned under these settings
    bms.estimate.effectiveCapacity_Ah = 88;
    tick(bms, 0, 3.3, 25, 2);
    expect(bms.estimate.life.fullCycles).toBeCloseTo(4, 9); // 800 Ah over 2 x 100 Ah
    expect(recordOf(bms).remainingCapacity).toMatchObject({ value: 88 } satisfies Partial<RecordEntry>);
  });
});
