// The report of a run for a person at a terminal: verdict first, then what was expected, what tripped, and how well the
// device knew its charge and energy.

import { wrap } from "../base/wrap.ts";
import { durationText } from "../sim/scenario/duration.ts";
import type { Report } from "../sim/scenario/report.ts";
import type { Trip } from "../sim/scenario/score.ts";
import { alignColumns } from "./text-table.ts";

const percent = (value: number, digits = 1): string => `${(value * 100).toFixed(digits)} %`;
const energy = (value_Wh: number): string =>
  Math.abs(value_Wh) >= 10_000 ? `${(value_Wh / 1000).toFixed(2)} kWh` : `${value_Wh.toFixed(1)} Wh`;

/** The whole report; the realtime factor is simulated over elapsed time. */
export function reportText(report: Report, realtimeFactor: number, elapsed_s: number): string {
  const { expectations } = report;
  return [
    `${report.scenario}: ${verdictText(expectations)}`,
    ...(report.description === "" ? [] : wrap(report.description, 100, "  ")),
    "",
    ...expectationLines(report),
    ...tripLines("Trips", report.trips),
    ...tripLines("Indications", report.indications),
    "State of charge      device      truth",
    ...alignColumns([
      ["  at the end", percent(report.soc.end), percent(report.soc.referenceEnd)],
      [
        "  error",
        `RMSE ${percent(report.soc.rmse, 2)}`,
        `largest ${percent(report.soc.max, 2)} at ${durationText(report.soc.max_s)}`,
      ],
      ["  truth inside the stated bound", percent(report.soc.boundedShare), "of the time"],
    ]),
    "",
    ...energyLines(report),
    "",
    `${durationText(report.duration_s)} simulated in ${durationText(elapsed_s)} (${Math.round(realtimeFactor).toLocaleString("en")} times real time, ${report.ticks.toLocaleString("en")} ticks), seed ${report.seed}`,
  ].join("\n");
}

function verdictText({ passed, failed, notJudged }: Report["expectations"]): string {
  const all = passed + failed.length + notJudged.length;
  if (all === 0) return "nothing was expected";
  const open = notJudged.length === 0 ? "" : `, ${notJudged.length} not judged: the run was cut short`;
  if (failed.length > 0) return `${failed.length} of ${all} expectations FAILED${open}`;
  return open === "" ? `all ${all} expectations hold` : `${passed} of ${all} expectations hold${open}`;
}

const MARKS = { passed: "✓", failed: "✗", notJudged: "–", open: "–" } as const;

function expectationLines(report: Report): readonly string[] {
  if (report.judged.length === 0) return [];
  const rows = report.judged.map(
    ({ name, verdict, detail }) => `  ${MARKS[verdict]} ${name}${detail === "" ? "" : `  (${detail})`}`,
  );
  return ["Expected", ...rows, ""];
}

const MOST_TRIPS = 20;

function tripLines(title: string, trips: readonly Trip[]): readonly string[] {
  if (trips.length === 0) return title === "Trips" ? ["Trips", "  none", ""] : [];
  const rows = alignColumns(
    trips.slice(0, MOST_TRIPS).map((trip) => [`  ${clock(trip.at_s)}`, trip.name, trip.sentence]),
  );
  const more = trips.length > MOST_TRIPS ? [`  and ${trips.length - MOST_TRIPS} more`] : [];
  return [title, ...rows, ...more, ""];
}

/** Days, hours, minutes and seconds since the start. */
function clock(time_s: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(time_s / 86_400);
  const second = (time_s % 60).toFixed(2).padStart(5, "0");
  return `${days > 0 ? `${days} d ` : ""}${two((time_s % 86_400) / 3600)}:${two((time_s % 3600) / 60)}:${second}`;
}

function energyLines({ truth, device, health }: Report): readonly string[] {
  const rows = [
    ["Energy and charge", "device", "truth"],
    ["  charged", `${energy(device.charged_Wh)}`, `${energy(truth.charged_Wh)}`],
    ["  discharged", `${energy(device.discharged_Wh)}`, `${energy(truth.discharged_Wh)}`],
    ["  burnt by balancing", `${energy(device.balanced_Wh)}`, `${energy(truth.balanced_Wh)}`],
    ["  charged", `${device.charged_Ah.toFixed(2)} Ah`, `${truth.charged_Ah.toFixed(2)} Ah`],
    ["  discharged", `${device.discharged_Ah.toFixed(2)} Ah`, `${truth.discharged_Ah.toFixed(2)} Ah`],
    ["  pack capacity", `${health.deviceCapacity_Ah.toFixed(1)} Ah`, `${health.capacity_Ah.toFixed(1)} Ah`],
    [
      "  pack resistance at 25 °C",
      `${(health.deviceResistance_Ohm * 1000).toFixed(1)} mOhm`,
      `${(health.resistance_Ohm * 1000).toFixed(1)} mOhm`,
    ],
  ];
  return alignColumns(rows, [1, 2]);
}
