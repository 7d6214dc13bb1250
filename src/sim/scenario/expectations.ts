// Judges what a scenario demands while it runs: each expectation is open until it has passed or failed, and says why. In a
// run that was cut short, what its end alone could decide is not judged.

import { createTimers, holds } from "./conditions.ts";
import { durationText } from "./duration.ts";
import type { Anchor, Demand, Expectation } from "./expectation-reader.ts";
import type { SocScore, Trip } from "./score.ts";
import type { Scene } from "./vocabulary.ts";

export type Verdict = "open" | "passed" | "failed" | "notJudged";
export type Judged = {
  readonly expectation: Expectation;
  readonly timers: Float64Array;
  verdict: Verdict;
  detail: string;
};

/** What judging needs to know of the run so far. */
export type Witness = {
  readonly scene: Scene;
  readonly trips: readonly Trip[];
  readonly fired: ReadonlyMap<string, number>;
  readonly soc: SocScore;
  /** Where the run ended before the scenario does: its last time, s; else infinity. */
  readonly cut_s: number;
};

export const createJudged = (expectation: Expectation): Judged => ({
  expectation,
  timers: "condition" in expectation.demand ? createTimers(expectation.demand.condition) : new Float64Array(0),
  verdict: "open",
  detail: "",
});

function decide(judged: Judged, verdict: Verdict, detail: string): void {
  judged.verdict = verdict;
  judged.detail = detail;
}

const NO_SCENE_CONDITION = ["trip", "noTrip", "socError", "bounded", "atEnd"];

/** After each tick: conditions are watched, and whatever can already be decided is. */
export function watch(judged: Judged, witness: Witness): void {
  const demand = judged.expectation.demand;
  if (judged.verdict !== "open" || NO_SCENE_CONDITION.includes(demand.kind)) return;
  const now_s = witness.scene.time_us * 1e-6;
  switch (demand.kind) {
    case "always":
      if (now_s >= demand.from_s && now_s <= demand.until_s && !holds(demand.condition, judged.timers, witness.scene))
        decide(judged, "failed", `did not hold at ${durationText(now_s)}`);
      return;
    case "eventually":
      watchEventually(judged, demand, witness.scene, now_s);
      return;
    case "at":
      watchAt(judged, demand, witness.scene, now_s);
      return;
    case "within":
      watchWithin(judged, demand, witness, now_s);
      return;
    default:
      return;
  }
}

function watchEventually(
  judged: Judged,
  demand: Extract<Demand, { kind: "eventually" }>,
  scene: Scene,
  now_s: number,
): void {
  const holding = holds(demand.condition, judged.timers, scene);
  if (now_s > demand.before_s) decide(judged, "failed", `had not come true by ${durationText(demand.before_s)}`);
  else if (holding && now_s >= demand.after_s) decide(judged, "passed", `at ${durationText(now_s)}`);
}

function watchAt(judged: Judged, demand: Extract<Demand, { kind: "at" }>, scene: Scene, now_s: number): void {
  const holding = holds(demand.condition, judged.timers, scene);
  if (now_s >= demand.at_s)
    decide(judged, holding ? "passed" : "failed", holding ? "" : `did not hold at ${durationText(now_s)}`);
}

function watchWithin(
  judged: Judged,
  demand: Extract<Demand, { kind: "within" }>,
  witness: Witness,
  now_s: number,
): void {
  const anchor_s = anchorTime_s(demand.of, witness);
  const holding = holds(demand.condition, judged.timers, witness.scene);
  if (anchor_s < 0 || now_s < anchor_s) return;
  const late_s = now_s - anchor_s;
  if (late_s > demand.limit_s + 1e-9) decide(judged, "failed", `had not come true ${durationText(late_s)} later`);
  else if (holding) decide(judged, "passed", `after ${durationText(late_s)}`);
}

function anchorTime_s(anchor: Anchor, witness: Witness): number {
  if (anchor.kind === "time") return anchor.at_s;
  if (anchor.kind === "event") return witness.fired.get(anchor.name) ?? -1;
  return witness.trips.find((trip) => trip.name === anchor.fault)?.at_s ?? -1;
}

type Ruling = { readonly verdict: Verdict; readonly detail: string };
const passed = (detail = ""): Ruling => ({ verdict: "passed", detail });
const failed = (detail = ""): Ruling => ({ verdict: "failed", detail });
const NOT_REACHED: Ruling = { verdict: "notJudged", detail: "the run was cut short before" };

/** At the end of the run everything gets its verdict. */
export function close(judged: Judged, witness: Witness): void {
  if (judged.verdict !== "open") return;
  const { verdict, detail } = canBeRuled(judged.expectation.demand, witness) ? rule(judged, witness) : NOT_REACHED;
  decide(judged, verdict, detail);
}

/** Whether the rest of a run that was cut short could not change the verdict. */
function canBeRuled(demand: Demand, { cut_s, trips }: Witness): boolean {
  if (cut_s === Number.POSITIVE_INFINITY) return true;
  switch (demand.kind) {
    case "trip":
      return canTripBeRuled(demand, trips, cut_s);
    case "noTrip":
    case "always":
      return demand.from_s < cut_s;
    case "eventually":
      return demand.before_s <= cut_s;
    case "within":
    case "at":
    case "atEnd":
    case "socError":
    case "bounded":
      return false;
  }
}

/** A count of trips that is not yet exceeded may still be. */
function canTripBeRuled(demand: Extract<Demand, { kind: "trip" }>, trips: readonly Trip[], cut_s: number): boolean {
  const named = trips.filter(
    ({ name, element }) => name === demand.fault && (demand.element < 0 || element === demand.element),
  );
  if (demand.times >= 0) return named.length > demand.times;
  return demand.before_s <= cut_s || named.some(({ at_s }) => at_s >= demand.after_s && at_s <= demand.before_s);
}

function rule({ expectation: { demand }, timers }: Judged, witness: Witness): Ruling {
  switch (demand.kind) {
    case "trip":
      return ruleTrip(demand, witness.trips);
    case "noTrip": {
      const { faults, from_s, until_s } = demand;
      const trip = witness.trips.find(({ name, at_s }) => faults.includes(name) && at_s >= from_s && at_s <= until_s);
      return trip === undefined ? passed() : failed(`${durationText(trip.at_s)}: ${trip.sentence}`);
    }
    case "always":
      return passed();
    case "eventually":
      return failed("never came true");
    case "at":
      return failed("the run ended before");
    case "within":
      return failed(
        anchorTime_s(demand.of, witness) < 0 ? "what it counts from never happened" : "the run ended before",
      );
    case "atEnd":
      return holds(demand.condition, timers, witness.scene) ? passed() : failed();
    case "socError":
      return ruleSocError(demand, witness.soc);
    case "bounded": {
      const share = witness.soc.boundedShare;
      const detail = `${(share * 100).toFixed(1)} %`;
      return share >= demand.share ? passed(detail) : failed(detail);
    }
  }
}

function ruleTrip(demand: Extract<Demand, { kind: "trip" }>, trips: readonly Trip[]): Ruling {
  const all = trips.filter((trip) => trip.name === demand.fault);
  const named = all.filter((trip) => demand.element < 0 || trip.element === demand.element);
  const timely = named.find((trip) => trip.at_s >= demand.after_s && trip.at_s <= demand.before_s);
  if (timely === undefined) {
    const first = all[0];
    return failed(
      first === undefined ? "it never tripped" : `it tripped at ${durationText(first.at_s)}: ${first.sentence}`,
    );
  }
  const often = demand.times >= 0 && named.length !== demand.times;
  return often
    ? failed(`it tripped ${named.length} times, expected ${demand.times}`)
    : passed(`at ${durationText(timely.at_s)}`);
}

function ruleSocError(demand: Extract<Demand, { kind: "socError" }>, soc: SocScore): Ruling {
  if (soc.time_s <= 0) return failed("the device never had a state of charge");
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const end = Math.abs(soc.end - soc.referenceEnd);
  const detail = `RMSE ${percent(soc.rmse)}, largest ${percent(soc.max)}, at the end ${percent(end)}`;
  return soc.rmse <= demand.rmse && soc.max <= demand.max && end <= demand.end ? passed(detail) : failed(detail);
}
