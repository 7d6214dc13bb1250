// Plots: round axes, well-formed text, gaps where nothing was seen.

import { describe, expect, test } from "vitest";
import { createTrace, openBin, put, traceText } from "../scenario/trace.ts";
import { escapeXml, type Plot, renderPlot } from "./plot.ts";
import { axisValues, timeTicks } from "./plot-axis.ts";

describe("axes", () => {
  test.each([
    [3.28, 3.46, 5, ["3.25", "3.30", "3.35", "3.40", "3.45", "3.50"]],
    [-171, 42, 4, ["-200", "-100", "0", "100"]],
    [0, 0, 4, ["0.0", "0.5", "1.0"]],
  ])("values from %d to %d", (least, most, count, labels) => {
    expect(axisValues(least, most, count, false).ticks.map(({ label }) => label)).toEqual(labels);
  });

  test("fractions read as percent", () => {
    expect(axisValues(0.11, 0.97, 5, true).ticks.map(({ label }) => label)).toEqual([
      "0",
      "20",
      "40",
      "60",
      "80",
      "100",
    ]);
  });

  test.each([
    [30, "5 s"],
    [600, "1 min"],
    [7200, "10 min"],
    [10_800, "0:15 h"],
    [86_400, "2 h"],
    [864_000, "day 1"],
    [31_536_000, "day 30"],
  ])("time to %d s has its second tick at %s", (end_s, second) => {
    const ticks = timeTicks(end_s);
    expect(ticks[1]!.label).toBe(second);
    expect(ticks.length).toBeLessThanOrEqual(14);
  });
});

const values = Float64Array.of(1, 2, Number.NaN, 4, 5);
const PLOT: Plot = {
  title: 'a <b> & "c"',
  subtitle: "",
  bin_s: 1,
  bins: 5,
  panels: [
    {
      kind: "lines",
      title: "x",
      unit: "V",
      height: 100,
      bands: [{ label: "b", color: "red", low: values, high: values }],
      from: Number.NaN,
      to: Number.NaN,
      percent: false,
      lines: [
        { label: "l", color: "blue", width: 1, dash: "", last: values, min: values, max: values, inLegend: true },
      ],
    },
    { kind: "strips", title: "s", rows: [{ label: "on", color: "green", on: Float64Array.of(0, 1, 1, 0, 1) }] },
  ],
  marks: [
    { at_s: 1, text: "a < b", kind: "event" },
    { at_s: 1.01, text: "tripped", kind: "trip" },
  ],
};

test("words in a plot cannot break it, and every tag is closed", () => {
  const svg = renderPlot(PLOT);
  expect(svg).toContain("a &lt;b&gt; &amp; &quot;c&quot;");
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  const open = svg.match(/<(?!\/)[a-z]+[^>]*[^/]>/g)!.length;
  expect(svg.match(/<\/[a-z]+>/g)!.length).toBe(open);
  expect(escapeXml("<&>")).toBe("&lt;&amp;&gt;");
});

test("a line has a gap where nothing was seen", () => {
  const path = /d="(M[^"]*)" fill="none" stroke="blue"/.exec(renderPlot(PLOT))![1]!;
  expect(path.match(/M/g)).toHaveLength(2);
});

test("a trace keeps the least, the largest and the last value of a bin, and reads as aligned text", () => {
  const trace = createTrace(["a", "b"], 4);
  for (const [time_s, a] of [
    [0.5, 3],
    [0.6, 1],
    [1, 2],
    [1.5, -0.01],
    [4, 7],
  ] as const) {
    openBin(trace, time_s * 1e6);
    put(trace, 0, a);
  }
  trace.marks.push({ at_s: 1.5, text: "now", kind: "event" });
  expect([trace.columns[0]!.min[0], trace.columns[0]!.max[0], trace.columns[0]!.last[0]]).toEqual([1, 3, 2]);
  const shown = [
    { title: "A", column: "a", decimals: 1 },
    { title: "bee", column: "b", decimals: 0 },
  ];
  expect(traceText(trace, shown, 1).split("\n")).toEqual([
    "time_s    A  bee",
    "     1  2.0    -",
    "  -- 1.50 s event: now",
    "     2  0.0    -",
    "     3    -    -",
    "     4  7.0    -",
  ]);
});
