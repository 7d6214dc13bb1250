// What `bms fit` draws: the identified curves over state of charge and temperature, and what the model misses, over the state
// of charge of each recording.

import { basename } from "node:path";
import { createHats, followStates } from "../fit/cell-curves.ts";
import type { Identified } from "../fit/identify.ts";
import { modelled_V } from "../fit/linear-fit.ts";
import type { Trial } from "../fit/trial.ts";
import type { Cell } from "../model/cell.ts";
import type { Grid } from "../model/rows.ts";
import { type ChartCurve, type ChartPanel, renderChart, temperatureColors } from "../sim/drawing/chart.ts";

export function drawFit(cell: Cell, found: Identified): string {
  const { ocv, resistanceRatio, fastProfile, slowProfile, hysteresis_V } = cell.columns;
  const ohm = (cell.columns.resistance_OhmAh ?? 0) / cell.capacity_Ah;
  const milli = (grid: Grid | undefined, times: number): Grid | undefined =>
    grid === undefined ? undefined : { ...grid, z: grid.z.map((value) => value * times) };
  const pair = (profile: Grid | undefined, ratio: number): Grid | undefined =>
    profile === undefined || resistanceRatio === undefined
      ? undefined
      : { ...profile, z: profile.z.map((value, i) => value * ratio * (resistanceRatio.z[i] ?? 0) * ohm * 1000) };
  const panels: ChartPanel[] = [
    surface("Rest voltage", "V", ocv),
    surface("Ohmic resistance", "mOhm", milli(resistanceRatio, ohm * 1000)),
    surface("Fast pair", "mOhm", pair(fastProfile, cell.columns.fastRatio ?? 0)),
    surface("Slow pair", "mOhm", pair(slowProfile, cell.columns.slowRatio ?? 0)),
    ...(hysteresis_V === undefined ? [] : [gapPanel(hysteresis_V)]),
    missedPanel(found),
  ];
  return renderChart(cell.title, `${cell.capacity_Ah} Ah; identified by bms fit`, panels);
}

function surface(title: string, unit: string, grid: Grid | undefined): ChartPanel {
  const rows = grid?.y ?? [];
  const colors = temperatureColors(rows.length);
  const width = grid?.x.length ?? 0;
  return {
    title,
    xTitle: "state of charge, %",
    yTitle: unit,
    xPercent: true,
    curves: rows.map((degC, row) => ({
      label: `${degC} °C`,
      color: colors[row]!,
      x: grid!.x,
      y: grid!.z.slice(row * width, (row + 1) * width),
    })),
  };
}

const gapPanel = ({ x, y }: { readonly x: readonly number[]; readonly y: readonly number[] }): ChartPanel => ({
  title: "Half the gap between charge and discharge",
  xTitle: "state of charge, %",
  yTitle: "mV",
  xPercent: true,
  curves: [{ label: "at 25 °C", color: "#2b6cb0", x, y: y.map((value) => value * 1000) }],
});

const BINS = 40;

function missedPanel(found: Identified): ChartPanel {
  const loaded = found.used.filter(({ kind }) => kind === "drive");
  const sorted = [...loaded].sort((a, b) => a.mean_degC - b.mean_degC);
  const colors = temperatureColors(sorted.length);
  return {
    title: "What the model misses under load, rms",
    xTitle: "state of charge, %",
    yTitle: "mV",
    xPercent: true,
    curves: sorted.map((trial, i) => missedCurve(trial, found, colors[i]!)),
  };
}

function missedCurve(trial: Trial, { shape, curves, ground }: Identified, color: string): ChartCurve {
  const squares = new Float64Array(BINS);
  const counts = new Float64Array(BINS);
  const states = followStates(trial, shape, ground.nodes, ground.capacity_Ah);
  const hats = createHats();
  for (let i = 1; i < trial.soc.length; i++) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(trial.soc[i]! * BINS)));
    const error_V = trial.voltage_V[i]! - modelled_V(trial, states, curves, ground, i, hats);
    squares[bin]! += error_V * error_V;
    counts[bin]!++;
  }
  return {
    label: basename(trial.name).replace(/\.csv(\.gz)?$/, ""),
    color,
    x: Array.from(counts, (_, bin) => (bin + 0.5) / BINS),
    y: Array.from(counts, (count, bin) => (count > 5 ? Math.sqrt(squares[bin]! / count) * 1000 : Number.NaN)),
  };
}
