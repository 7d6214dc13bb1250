// What came of a run, as plain data: for the terminal, for --json and for tests.

import type { Judged, Verdict } from "./expectations.ts";
import type { Run } from "./run.ts";
import type { SocScore, Trip } from "./score.ts";

export type Energies = {
  readonly charged_Wh: number;
  readonly discharged_Wh: number;
  readonly balanced_Wh: number;
  readonly charged_Ah: number;
  readonly discharged_Ah: number;
};
export type NamedExpectation = { readonly name: string; readonly detail: string };

export type Report = {
  readonly scenario: string;
  readonly description: string;
  readonly seed: number;
  readonly duration_s: number;
  readonly ticks: number;
  readonly trips: readonly Trip[];
  readonly indications: readonly Trip[];
  readonly soc: SocScore;
  /** At the pack terminals, as they were and as the device counted. */
  readonly truth: Energies & { readonly board_Wh: number; readonly cellHeat_Wh: number };
  readonly device: Energies;
  /** Capacity and resistance of the pack, true and stated. */
  readonly health: {
    readonly capacity_Ah: number;
    readonly deviceCapacity_Ah: number;
    readonly resistance_Ohm: number;
    readonly deviceResistance_Ohm: number;
  };
  readonly judged: readonly { readonly name: string; readonly verdict: Verdict; readonly detail: string }[];
  readonly expectations: {
    readonly passed: number;
    readonly failed: readonly NamedExpectation[];
    /** What the run was cut too short for: neither passed nor failed. */
    readonly notJudged: readonly NamedExpectation[];
  };
};

/** The report of a finished run. */
export function reportOf(run: Run): Report {
  const { truth } = run.world;
  const { estimate } = run.bms;
  const errors = run.score.trips.filter(({ level }) => level === "error");
  return {
    scenario: run.scenario.name,
    description: run.scenario.description,
    seed: run.seed,
    duration_s: run.time_us * 1e-6,
    ticks: run.ticks,
    trips: errors,
    indications: run.score.trips.filter(({ level }) => level === "indication"),
    soc: { ...run.score.soc },
    truth: {
      charged_Wh: truth.charged_Wh,
      discharged_Wh: truth.discharged_Wh,
      balanced_Wh: truth.balanced_Wh,
      charged_Ah: truth.charged_Ah,
      discharged_Ah: truth.discharged_Ah,
      board_Wh: truth.board_Wh,
      cellHeat_Wh: truth.cellHeat_Wh,
    },
    device: {
      charged_Wh: estimate.lifetimeReceived_Wh,
      discharged_Wh: estimate.lifetimeDelivered_Wh,
      balanced_Wh: estimate.lifetimeBalanced_Wh,
      charged_Ah: estimate.lifetimeCharged_Ah,
      discharged_Ah: estimate.lifetimeDischarged_Ah,
    },
    health: {
      capacity_Ah: truth.packCapacity_Ah,
      deviceCapacity_Ah: estimate.effectiveCapacity_Ah,
      resistance_Ohm: sum(truth.resistance25_Ohm, truth.cells),
      deviceResistance_Ohm: estimate.resistance_Ohm,
    },
    judged: run.judged.map(verdict),
    expectations: {
      passed: run.judged.filter((judged) => judged.verdict === "passed").length,
      failed: named(run.judged, "failed"),
      notJudged: named(run.judged, "notJudged"),
    },
  };
}

const verdict = ({ expectation, verdict, detail }: Judged) => ({
  name: expectation.name,
  verdict,
  detail,
});

const named = (judged: readonly Judged[], verdict: Verdict): readonly NamedExpectation[] =>
  judged
    .filter((one) => one.verdict === verdict)
    .map(({ expectation, detail }) => ({ name: expectation.name, detail }));

function sum(values: Float64Array, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += values[i];
  return total;
}

/** The one object of `--json`. */
export function reportJson(report: Report, realtimeFactor: number): object {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    scenario: report.scenario,
    seed: report.seed,
    duration_s: report.duration_s,
    trips: report.trips.map(tripJson),
    indications: report.indications.map(tripJson),
    soc: {
      rmse: round(report.soc.rmse, 5),
      max: round(report.soc.max, 5),
      end: round(report.soc.end, 5),
      reference_end: round(report.soc.referenceEnd, 5),
      bounded: round(report.soc.boundedShare, 4),
    },
    energies: { truth: report.truth, device: report.device },
    health: report.health,
    expectations: {
      passed: report.expectations.passed,
      failed: report.expectations.failed,
      ...(report.expectations.notJudged.length > 0
        ? { notJudged: report.expectations.notJudged.map(({ name }) => name) }
        : {}),
    },
    realtimeFactor: Math.round(realtimeFactor),
  };
}

/** A trip as its one object; `cell` only where it names one. */
export function tripJson(trip: Trip): object {
  const where =
    trip.element < 0
      ? {}
      : trip.elementName === "cell"
        ? { cell: trip.element }
        : { [trip.elementName || "element"]: trip.element };
  return {
    name: trip.name,
    at_s: Number(trip.at_s.toFixed(3)),
    ...where,
    value: trip.value,
    limit: trip.limit,
    sentence: trip.sentence,
  };
}
