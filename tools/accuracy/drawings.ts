// The drawings of the accuracy report: error over temperature, over state of charge and over time.

import { TOGETHER } from "../../src/score/perturbation.ts";
import type { EstimatorName, Tracks } from "../../src/score/score-recording.ts";
import { together } from "../../src/score/tally.ts";
import { type ChartCurve, type ChartPanel, renderChart } from "../../src/sim/drawing/chart.ts";
import type { ScoredSet } from "./tables.ts";

const DEVICE = "#dd6b20";
const FILTER = "#2b6cb0";

/** Root mean square error of each recording over its temperature; fitted ones are left out. */
export function overTemperature(sets: readonly ScoredSet[]): string {
  return renderChart(
    "Error of the state of charge over temperature",
    "each point is the mean over recordings of that temperature the cells were not fitted on",
    sets.filter(({ set }) => set.chemistry !== "transfer").map(temperaturePanel),
  );
}

function temperaturePanel({ set, files }: ScoredSet): ChartPanel {
  const unseen = files.filter(({ file }) => !set.fitted.test(file));
  const temperatures = [...new Set(unseen.map(({ degC }) => Math.round(degC / 5) * 5))].sort((a, b) => a - b);
  const curve = (name: string, estimator: EstimatorName, label: string, color: string, dash?: string): ChartCurve => ({
    label,
    color,
    dots: true,
    ...(dash === undefined ? {} : { dash }),
    x: temperatures,
    y: temperatures.map((degC) => {
      const here = unseen.filter((file) => Math.round(file.degC / 5) * 5 === degC);
      return (together(here.flatMap(({ scores }) => scores[name]?.[estimator] ?? [])).rmse ?? Number.NaN) * 100;
    }),
  });
  return {
    title: set.title,
    xTitle: "°C",
    yTitle: "RMSE, %",
    level: 0,
    curves: [
      curve("none", "bms", "device, clean", DEVICE),
      curve("none", "ekf", "EKF, clean", FILTER),
      curve(TOGETHER, "bms", "device, all wrong", DEVICE, "6 4"),
      curve(TOGETHER, "ekf", "EKF, all wrong", FILTER, "6 4"),
    ],
  };
}

export function overCharge(sets: readonly ScoredSet[]): string {
  return renderChart(
    "Error of the state of charge over the state of charge",
    "root mean square in each tenth, recordings the cells were not fitted on",
    sets.filter(({ set }) => set.chemistry !== "transfer").map(chargePanel),
  );
}

function chargePanel({ set, files }: ScoredSet): ChartPanel {
  const unseen = files.filter(({ file }) => !set.fitted.test(file));
  const curve = (name: string, estimator: EstimatorName, label: string, color: string, dash?: string): ChartCurve => ({
    label,
    color,
    dots: true,
    ...(dash === undefined ? {} : { dash }),
    x: Array.from({ length: 10 }, (_, i) => (i + 0.5) / 10),
    y: together(unseen.flatMap(({ scores }) => scores[name]?.[estimator] ?? [])).bySoc.map(
      (value) => (value ?? Number.NaN) * 100,
    ),
  });
  return {
    title: set.title,
    xTitle: "state of charge, %",
    yTitle: "RMSE, %",
    xPercent: true,
    level: 0,
    curves: [
      curve("none", "bms", "device, clean", DEVICE),
      curve("none", "ekf", "EKF, clean", FILTER),
      curve(TOGETHER, "bms", "device, all wrong", DEVICE, "6 4"),
      curve(TOGETHER, "ekf", "EKF, all wrong", FILTER, "6 4"),
    ],
  };
}

export type Drawn = { readonly title: string; readonly tracks: Readonly<Record<string, Tracks>> };

/** Estimate minus truth along one recording of each set, with the stated bound of the device. */
export function overTime(drawn: readonly Drawn[]): string {
  return renderChart(
    "Error along one recording",
    "estimate minus truth; dotted: the bound the device states with all errors pushing up",
    drawn.map(timePanel),
  );
}

const MOST_POINTS = 700;

function timePanel({ title, tracks }: Drawn): ChartPanel {
  const any = Object.values(tracks)[0]!;
  const { time_s } = any.recording;
  const stride = Math.max(1, Math.ceil(time_s.length / MOST_POINTS));
  const rows = Array.from({ length: Math.floor(time_s.length / stride) }, (_, i) => i * stride);
  const hours = rows.map((i) => (time_s[i]! - time_s[0]!) / 3600);
  const error = (name: string, estimator: EstimatorName): number[] =>
    rows.map((i) => ((tracks[name]?.[estimator].soc[i] ?? Number.NaN) - any.truth[i]!) * 100);
  const bound = (sign: 1 | -1): number[] => rows.map((i) => sign * (tracks["all+"]?.bms.bound[i] ?? Number.NaN) * 100);
  return {
    title,
    xTitle: "hours",
    yTitle: "error, %",
    level: 0,
    curves: [
      { label: "device, clean", color: DEVICE, x: hours, y: error("none", "bms") },
      { label: "device, all up", color: "#c05621", dash: "6 4", x: hours, y: error("all+", "bms") },
      { label: "device, all down", color: "#9c4221", dash: "2 3", x: hours, y: error("all-", "bms") },
      { label: "EKF, all up", color: FILTER, dash: "6 4", x: hours, y: error("all+", "ekf") },
      { label: "bound", color: "#a0aec0", dash: "1 3", x: hours, y: bound(1) },
      { label: "", color: "#a0aec0", dash: "1 3", x: hours, y: bound(-1) },
    ],
  };
}
