// What came of a recording: one object for programs, a page for people.

import type { RecordedRun } from "../sim/recorded/recorded-run.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { tripJson } from "../sim/scenario/report.ts";
import type { DrivePlan } from "./drive-plan.ts";
import { alignColumns } from "./text-table.ts";

const length_s = (run: RecordedRun): number => run.time_us * 1e-6;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The one object of `--json`. Fractions are 0..1; resistance is that of one cell at 25 degC and half charge. */
export function driveJson(file: string, plan: DrivePlan, run: RecordedRun, elapsed_s: number): object {
  const { soc, trips } = run.score;
  const { estimate } = run.bms;
  const errors = trips.filter(({ level }) => level === "error");
  return {
    file,
    cells: plan.settings.battery.cells,
    chemistry: plan.settings.battery.chemistry,
    capacity_Ah: plan.capacity_Ah,
    duration_s: round(length_s(run), 3),
    trips: errors.map(tripJson),
    indications: trips.filter(({ level }) => level === "indication").map(tripJson),
    opened: run.opened,
    soc: {
      rmse: round(soc.rmse, 5),
      max: round(soc.max, 5),
      end: round(soc.end, 5),
      reference_end: round(soc.referenceEnd, 5),
      reference_start: round(plan.startSoc, 5),
      bounded: round(soc.boundedShare, 4),
    },
    realtimeFactor: Math.round(length_s(run) / Math.max(elapsed_s, 1e-6)),
    resistance_Ohm: estimate.cellResistance_Ohm[0],
    estimatedCapacity_Ah: estimate.effectiveCapacity_Ah,
    energies: {
      charged_Ah: estimate.charged_Ah,
      discharged_Ah: estimate.discharged_Ah,
      charged_Wh: estimate.received_Wh,
      discharged_Wh: estimate.delivered_Wh,
    },
    notes: plan.notes,
  };
}

export function driveText(file: string, plan: DrivePlan, run: RecordedRun, elapsed_s: number): string {
  const { soc, trips } = run.score;
  const { estimate } = run.bms;
  const { battery } = plan.settings;
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const opened =
    run.opened === 0
      ? []
      : [
          `  A real battery would have stopped at ${durationText(run.opened_s)}: a trip opened a contactor. The recording goes on.`,
        ];
  return [
    `${file}: ${durationText(length_s(run))} of a ${battery.chemistry} cell of ${plan.capacity_Ah.toFixed(2)} Ah at ${battery.cells} cell inputs, ${plan.settings.currentSensor.type}`,
    ...plan.notes.map((note) => `  ${note}`),
    "",
    "Trips",
    ...(trips.length === 0
      ? ["  none"]
      : alignColumns(
          trips.slice(0, 20).map((trip) => [`  ${trip.at_s.toFixed(1)} s`, trip.name, trip.sentence]),
          [0],
        )),
    ...(trips.length > 20 ? [`  and ${trips.length - 20} more`] : []),
    ...opened,
    "",
    ...alignColumns([
      ["State of charge", "device", "reference"],
      ["  at the end", percent(soc.end), percent(soc.referenceEnd)],
      ["  error", `RMSE ${percent(soc.rmse)}`, `largest ${percent(soc.max)} at ${durationText(soc.max_s)}`],
      ["  reference inside the stated bound", percent(soc.boundedShare), "of the time"],
    ]),
    "",
    ...alignColumns([
      ["Cell resistance (25 °C, half charge)", `${(estimate.cellResistance_Ohm[0]! * 1000).toFixed(2)} mOhm`],
      [
        "Charged, discharged",
        `${estimate.charged_Ah.toFixed(3)} Ah, ${estimate.discharged_Ah.toFixed(3)} Ah; ${estimate.received_Wh.toFixed(1)} Wh, ${estimate.delivered_Wh.toFixed(1)} Wh of the pack`,
      ],
    ]),
    "",
    `${durationText(length_s(run))} in ${durationText(elapsed_s)}: ${Math.round(length_s(run) / Math.max(elapsed_s, 1e-6)).toLocaleString("en")} times real time`,
  ].join("\n");
}
