// What the pictures of a scenario run and of a recording show, panel by panel.

import { assert } from "../../base/assert.ts";
import type { RecordedRun } from "../recorded/recorded-run.ts";
import { durationText } from "../scenario/duration.ts";
import type { Run } from "../scenario/run.ts";
import { type Column, columnOf, type Trace } from "../scenario/trace.ts";
import type { OutputRole } from "../world-config.ts";
import type { Band, Line, Panel, Plot } from "./plot.ts";
import { cellColor } from "./plot-axis.ts";

const BLUE = "#2b6cb0";
const ORANGE = "#dd6b20";
const GREEN = "#2f855a";
const GREY = "#829ab1";
const RED = "#d64545";

function line(column: Column, label: string, color: string, options: Partial<Line> = {}): Line {
  return {
    label,
    color,
    width: 1.4,
    dash: "",
    last: column.last,
    min: column.min,
    max: column.max,
    inLegend: true,
    ...options,
  };
}

const flat = (column: Column): Pick<Line, "min" | "max"> => ({ min: column.last, max: column.last });

function socPanel(trace: Trace, truth: string): Panel {
  const band: Band = {
    label: "stated bound",
    color: ORANGE,
    low: columnOf(trace, "boundLow").last,
    high: columnOf(trace, "boundHigh").last,
  };
  return {
    kind: "lines",
    title: "State of charge",
    unit: "%",
    height: 200,
    from: Number.NaN,
    to: Number.NaN,
    percent: true,
    bands: [band],
    lines: [
      line(columnOf(trace, "soc"), truth, INK, { width: 1.8, ...flat(columnOf(trace, "soc")) }),
      line(columnOf(trace, "deviceSoc"), "device", ORANGE, {
        width: 1.6,
        dash: "6 3",
        ...flat(columnOf(trace, "deviceSoc")),
      }),
    ],
  };
}

const INK = "#243b53";
const ROLE_LABEL: { readonly [role in OutputRole]: string } = {
  charge: "charge",
  precharge: "precharge",
  discharge: "discharge",
  common: "common",
  main: "main",
  heater: "heater",
  cooler: "cooler",
  none: "",
};

function verdictText({ judged }: Run): string {
  const count = (sought: string): number => judged.filter(({ verdict }) => verdict === sought).length;
  const [failed, passed] = [count("failed"), count("passed")];
  if (judged.length === 0) return "";
  if (failed > 0) return `, ${failed} of ${judged.length} expectations failed`;
  return passed === judged.length
    ? `, all ${passed} expectations hold`
    : `, ${passed} of ${judged.length} expectations hold`;
}

/** The picture of a scenario that was run with a trace. */
export function runPlot(run: Run): Plot {
  const { trace, scenario } = run;
  assert(trace !== undefined, "a run that is drawn was recorded");
  const cells = run.world.truth.cells;
  const { pack } = scenario.world;
  const model = typeof pack.model === "string" ? pack.model : pack.model.name;
  return {
    title: scenario.name,
    subtitle: `${cells} ${model} cells of ${pack.capacity_Ah} Ah, ${durationText(run.time_us * 1e-6)}, seed ${run.seed}${verdictText(run)}`,
    bin_s: trace.bin_us * 1e-6,
    bins: trace.bins,
    panels: [
      cellPanel(trace, cells),
      currentPanel(trace),
      socPanel(trace, "truth (weakest cells)"),
      temperaturePanel(trace),
      contactorPanel(trace, run),
    ],
    marks: trace.marks,
  };
}

function cellPanel(trace: Trace, cells: number): Panel {
  const lines = Array.from({ length: cells }, (_, k) =>
    line(columnOf(trace, `cell${k + 1}_V`), k === 0 ? "cell 1" : `cell ${k + 1}`, cellColor(k, cells), {
      width: 0.9,
      inLegend: k === 0 || k === cells - 1,
    }),
  );
  return { ...freePanel("Cell voltages", "V", 230), lines };
}

/** Lines over time whose axis follows what they show. */
const freePanel = (title: string, unit: string, height: number) =>
  ({ kind: "lines", title, unit, height, from: Number.NaN, to: Number.NaN, percent: false, bands: [] }) as const;

function currentPanel(trace: Trace): Panel {
  return {
    ...freePanel("Current (charging positive)", "A", 160),
    lines: [
      line(columnOf(trace, "current_A"), "pack", BLUE, { width: 1 }),
      line(columnOf(trace, "deviceCurrent_A"), "device", ORANGE, {
        width: 0.9,
        dash: "5 3",
        ...flat(columnOf(trace, "deviceCurrent_A")),
      }),
    ],
  };
}

function temperaturePanel(trace: Trace): Panel {
  const coldest = columnOf(trace, "minCell_degC");
  const hottest = columnOf(trace, "maxCell_degC");
  return {
    ...freePanel("Temperatures", "°C", 140),
    bands: [{ label: "cells", color: RED, low: coldest.last, high: hottest.last }],
    lines: [
      line(hottest, "hottest cell", RED, { width: 1.3, ...flat(hottest) }),
      line(columnOf(trace, "deviceMin_degC"), "device, coldest", ORANGE, {
        width: 1,
        dash: "5 3",
        ...flat(columnOf(trace, "deviceMin_degC")),
      }),
      line(columnOf(trace, "ambient_degC"), "ambient", GREY, { width: 1.1, ...flat(columnOf(trace, "ambient_degC")) }),
    ],
  };
}

function contactorPanel(trace: Trace, run: Run): Panel {
  const outputs = run.scenario.world.outputs
    .map(({ role }, k) => ({
      label: ROLE_LABEL[role],
      color: role === "heater" ? ORANGE : BLUE,
      on: columnOf(trace, `contact${k + 1}`).max,
    }))
    .filter(({ label }) => label !== "");
  return {
    kind: "strips",
    title: "Contacts that conduct, and states",
    rows: [
      ...outputs,
      { label: "balancing", color: GREEN, on: columnOf(trace, "balancing").max },
      { label: "error", color: RED, on: columnOf(trace, "error").max },
    ],
  };
}

/** The picture of a recording that was played with a trace. */
export function recordedPlot(run: RecordedRun, title: string): Plot {
  const { trace } = run;
  assert(trace !== undefined, "a recording that is drawn was traced");
  const column = (name: string): Column => columnOf(trace, name);
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const { soc } = run.score;
  return {
    title,
    subtitle: `${run.bms.settings.battery.cells} inputs, ${run.capacity_Ah.toFixed(2)} Ah, ${durationText(run.time_us * 1e-6)}; SOC error RMSE ${percent(soc.rmse)}, largest ${percent(soc.max)}`,
    bin_s: trace.bin_us * 1e-6,
    bins: trace.bins,
    panels: [
      { ...freePanel("Cell voltage", "V", 200), lines: [line(column("cell_V"), "recorded", BLUE, { width: 0.9 })] },
      {
        ...freePanel("Current (charging positive)", "A", 160),
        lines: [line(column("current_A"), "recorded", BLUE, { width: 0.9 })],
      },
      socPanel(trace, "recording"),
      errorPanel(trace),
      {
        ...freePanel("Temperature", "°C", 110),
        lines: [
          line(column("temperature_degC"), "recorded", RED),
          line(column("deviceMin_degC"), "device", ORANGE, { dash: "5 3" }),
        ],
      },
      {
        kind: "strips",
        title: "States",
        rows: [
          { label: "closed", color: BLUE, on: column("closed").max },
          { label: "error", color: RED, on: column("error").max },
        ],
      },
    ],
    marks: trace.marks,
  };
}

/** Device minus reference, with the stated bound about zero. */
function errorPanel(trace: Trace): Panel {
  const soc = columnOf(trace, "soc").last;
  const device = columnOf(trace, "deviceSoc").last;
  const difference = device.map((value, i) => value - soc[i]);
  const bound = {
    low: columnOf(trace, "boundLow").last.map((value, i) => value - device[i]),
    high: columnOf(trace, "boundHigh").last.map((value, i) => value - device[i]),
  };
  return {
    kind: "lines",
    title: "State of charge: device minus reference",
    unit: "%",
    height: 130,
    from: -0.02,
    to: 0.02,
    percent: true,
    bands: [{ label: "stated bound", color: ORANGE, low: bound.low, high: bound.high }],
    lines: [
      {
        label: "error",
        color: INK,
        width: 1.4,
        dash: "",
        last: difference,
        min: difference,
        max: difference,
        inLegend: true,
      },
    ],
  };
}
