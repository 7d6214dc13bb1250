// Judges what a scenario demands while it runs: each expectation is open until it has passed or failed, and says why.

import { createTimers, holds } from "./conditions.ts";
import { durationText } from "./duration.ts";
import type { Anchor, Demand, Expectation } from "./expectation-reader.ts";
import type { SocScore, Trip } from "./score.ts";
import type { Scene } from "./vocabulary.ts";

export type Verdict = "open" | "passed" | "failed";
export type Judged = { readonly expectation: Expectation; readonly timers: Float64Array; verdict: Verdict; detail: string };

/** What judging needs to know of the run so far. */
export type Witness = { readonly scene: Scene; readonly trips: readonly Trip[]; readonly fired: ReadonlyMap<string, number>; readonly soc: SocScore };

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
      if (now_s >= demand.from_s && now_s <= demand.until_s && !holds(demand.condition, judged.timers, witness.scene)) decide(judged, "failed", `did not hold at ${durationText(now_s)}`);
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

function watchEventually(judged: Judged, demand: Extract<Demand, { kind: "eventually" }>, scene: Scene, now_s: number): void {
  const holding = holds(demand.condition, judged.timers, scene);
  if (now_s > demand.before_s) decide(judged, "failed", `had not come true by ${durationText(demand.before_s)}`);
  else if (holding && now_s >= demand.after_s) decide(judged, "passed", `at ${durationText(now_s)}`);
}

function watchAt(judged: Judged, demand: Extract<Demand, { kind: "at" }>, scene: Scene, now_s: number): void {
  const holding = holds(demand.condition, judged.timers, scene);
  if (now_s >= demand.at_s) decide(judged, holding ? "passed" : "failed", holding ? "" : `did not hold at ${durationText(now_s)}`);
}

function watchWithin(judged: Judged, demand: Extract<Demand, { kind: "within" }>, witness: Witness, now_s: number): void {
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

/** At the end of the run everything gets its verdict. */
export function close(judged: Judged, witness: Witness): void {
  if (judged.verdict !== "open") return;
  const demand = judged.expectation.demand;
  switch (demand.kind) {
    case "trip":
      return closeTrip(judged, demand, witness.trips);
    case "noTrip": {
      const trip = witness.trips.find(({ name, at_s }) => demand.faults.includes(name) && at_s >= demand.from_s && at_s <= demand.until_s);
      return trip === undefined ? decide(judged, "passed", "") : decide(judged, "failed", `${durationText(trip.at_s)}: ${trip.sentence}`);
    }
    case "always":
      return decide(judged, "passed", "");
    case "eventually":
      return decide(judged, "failed", "never came true");
    case "at":
      return decide(judged, "failed", "the run ended before");
    case "within":
      return decide(judged, "failed", anchorTime_s(demand.of, witness) < 0 ? "what it counts from never happened" : "the run ended before");
    case "atEnd":
      return decide(judged, holds(demand.condition, judged.timers, witness.scene) ? "passed" : "failed", "");
    case "socError":
      return closeSocError(judged, demand, witness.soc);
    case "bounded": {
      const share = witness.soc.boundedShare;
      return decide(judged, share >= demand.share ? "passed" : "failed", `${(share * 100).toFixed(1)} %`);
    }
  }
}

function closeTrip(judged: Judged, demand: Extract<Demand, { kind: "trip" }>, trips: readonly Trip[]): void {
  const named = trips.filter((trip) => trip.name === demand.fault && (demand.element < 0 || trip.element === demand.element));
  const timely = named.filter((trip) => trip.at_s >= demand.after_s && trip.at_s <= demand.before_s);
  if (timely.length === 0) {
    const others = trips.filter((trip) => trip.name === demand.fault);
    const first = others[0];
    return decide(judged, "failed", first === undefined ? "it never tripped" : `it tripped at ${durationText(first.at_s)}: ${first.sentence}`);
  }
  if (demand.times >= 0 && named.length !== demand.times) return decide(judged, "failed", `it tripped ${named.length} times, expected ${demand.times}`);
  return decide(judged, "passed", `at ${durationText(timely[0].at_s)}`);
}

function closeSocError(judged: Judged, demand: Extract<Demand, { kind: "socError" }>, soc: SocScore): void {
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const detail = `RMSE ${percent(soc.rmse)}, largest ${percent(soc.max)}, at the end ${percent(Math.abs(soc.end - soc.referenceEnd))}`;
  const fits = soc.rmse <= demand.rmse && soc.max <= demand.max && Math.abs(soc.end - soc.referenceEnd) <= demand.end;
  decide(judged, soc.time_s > 0 && fits ? "passed" : "failed", soc.time_s > 0 ? detail : "the device never had a state of charge");
}
