// What a what-if found, as a page for a person and as an object for programs (docs/json.md).

import { isoTime } from "../base/calendar.ts";
import { quantity } from "../core/protect/explanation.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import type { Unit } from "../model/rows.ts";
import { SETTING_BY_NAME, type SettingValue } from "../model/settings.ts";
import { TRUST_KINDS } from "../replay/trust.ts";
import type { Both, ComparedTrip, LimitDifference, WhatIf } from "../replay/what-if.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { alignColumns, wrap } from "./text-table.ts";

const WIDTH = 118;

/** A time in a recording: "8:17.41", or "2:08:17.41" from an hour on. */
export function clockText(time_s: number): string {
  const hundredths = Math.round(Math.abs(time_s) * 100);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const minutes = Math.floor(hundredths / 6000);
  const seconds = ((hundredths % 6000) / 100).toFixed(2).padStart(5, "0");
  const sign = time_s < 0 ? "−" : "";
  return minutes < 60
    ? `${sign}${minutes}:${seconds}`
    : `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${seconds}`;
}

/** The whole page. @param factor replayed time over elapsed time */
export function whatIfText(result: WhatIf, factor: number, elapsed_s: number): string {
  return [
    ...settingLines(result),
    "",
    ...tripLines(result),
    "",
    ...valueLines(result),
    "",
    ...trustLines(result),
    ...noteLines(result),
    "",
    `${durationText(result.played_s)} replayed in ${durationText(elapsed_s)} (${Math.round(factor).toLocaleString("en")} times real time, ${result.ticks.toLocaleString("en")} ticks), from ${isoTime(result.first_us)}`,
  ].join("\n");
}

function settingLines({ settings }: WhatIf): string[] {
  if (settings.length === 0) return ["What if nothing had been set otherwise"];
  const rows = settings.map(({ name, recorded, whatIf }) => [
    `  ${name}`,
    settingWords(name, recorded),
    "→",
    settingWords(name, whatIf),
  ]);
  return ["What if", ...alignColumns(rows, [1])];
}

function settingWords(name: string, value: SettingValue): string {
  if (typeof value === "object")
    return "z" in value ? `table of ${value.x.length} x ${value.y.length}` : `curve of ${value.x.length}`;
  const row = SETTING_BY_NAME.get(name)?.row;
  const unit = row !== undefined && "unit" in row && row.unit !== "none" && row.unit !== "count" ? row.unit : "";
  return `${value === "" ? '""' : value}${unit === "" || unit === "ratio" ? "" : ` ${unit === "degC" ? "°C" : unit}`}`;
}

const SIGNS = { appears: "+", vanishes: "−", moves: "→", stays: "=" } as const;

function tripLines(result: WhatIf): string[] {
  const { trips, first_us } = result;
  if (trips.length === 0) return ["Nothing trips, either way"];
  const at = (us: number | undefined): string => (us === undefined ? "–" : clockText((us - first_us) / 1e6));
  const rows = trips.map((trip) => [
    `  ${SIGNS[trip.kind]} ${trip.kind}`,
    FAULT_ROWS[trip.name].title,
    at(trip.baseline?.at_us),
    at(trip.whatIf?.at_us),
    movedWords(trip),
    trip.trusted ? "" : "a guess",
  ]);
  const table = alignColumns([["Trips", "", "recorded", "what if", "", ""], ...rows], [2, 3]);
  const told = trips.filter(({ kind }) => kind !== "stays");
  return [...table, ...(told.length === 0 ? [] : [""]), ...told.flatMap(sentenceLines)];
}

/** "+12.3 s, 3.752 V instead of 3.751 V". */
function movedWords({ name, kind, baseline, whatIf }: ComparedTrip): string {
  if (kind === "stays") return "";
  const values = valueWords(name, baseline?.value, whatIf?.value);
  if (baseline === undefined || whatIf === undefined) return values;
  const seconds = (whatIf.at_us - baseline.at_us) / 1e6;
  return `${seconds > 0 ? "+" : "−"}${durationText(Math.abs(seconds))}${values === "" ? "" : `, ${values}`}`;
}

function valueWords(name: ComparedTrip["name"], before: number | undefined, after: number | undefined): string {
  const { unit, limit } = FAULT_ROWS[name];
  if (limit === undefined || unit === undefined || unit === "none") return "";
  const words = (value: number): string => quantity(value, unit as Unit);
  if (before === undefined || after === undefined) return words((before ?? after)!);
  return before === after ? words(after) : `${words(after)} instead of ${words(before)}`;
}

function sentenceLines({ kind, baseline, whatIf }: ComparedTrip): string[] {
  const sentence = kind === "vanishes" ? baseline!.sentence : whatIf!.sentence;
  const [head, ...rest] = wrap(sentence, WIDTH - 4, "");
  return [`  ${SIGNS[kind]} ${head}`, ...rest.map((line) => `    ${line}`)];
}

const percent = (value: number): string => `${value > 0 ? "+" : ""}${(value * 100).toFixed(3)} %`;
const amperes = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(1)} A`;

function valueLines(result: WhatIf): string[] {
  const { soc, limits, duties, first_us } = result;
  const at = (us: number): string => clockText((us - first_us) / 1e6);
  const limitRow = (title: string, { max_A, max_us, mean_A, limited_s }: LimitDifference): string[] => [
    title,
    Math.abs(max_A) < 0.05
      ? "no difference"
      : `largest ${amperes(max_A)} at ${at(max_us)}, mean ${mean_A.toFixed(2)} A`,
    `under its maximum for ${bothWords(limited_s, durationText)}`,
  ];
  return [
    "What if minus recorded",
    ...alignColumns([
      [
        "  state of charge",
        Math.abs(soc.max) < 5e-6
          ? "no difference"
          : `largest ${percent(soc.max)} at ${at(soc.max_us)}, mean ${(soc.mean * 100).toFixed(3)} %`,
        Math.abs(soc.max) < 5e-6 ? "" : `at the end ${percent(soc.end)}`,
      ],
      limitRow("  charge limit", limits.charge),
      limitRow("  discharge limit", limits.discharge),
    ]),
    "",
    "Switched on                  recorded → what if",
    ...alignColumns(
      duties.map(({ name, switchings, on_s }) => [
        `  ${DUTY_WORDS[name] ?? name}`,
        bothWords(switchings, (count) => `${count} ×`),
        `for ${bothWords(on_s, durationText)}`,
      ]),
    ),
  ];
}

const DUTY_WORDS: Readonly<Record<string, string>> = {
  charge: "charging contactor",
  discharge: "discharging contactor",
  precharge: "precharge contactor",
  common: "charge/discharge contactor",
  main: "main contactor",
};

const bothWords = ({ baseline, whatIf }: Both, words: (value: number) => string): string =>
  baseline === whatIf ? words(baseline) : `${words(baseline)} → ${words(whatIf)}`;

function trustLines({ distrust, hard_us, first_us }: WhatIf): string[] {
  const at = (us: number): string => clockText((us - first_us) / 1e6);
  if (distrust.length === 0)
    return ["Trust: to the end. The commands never differ in a way that would have changed the inputs."];
  const head =
    hard_us === Number.POSITIVE_INFINITY
      ? "Trust: to the end, but for small differences of the inputs:"
      : `Trust: until ${at(hard_us)}. From then on the inputs are those of another story, and what follows is a guess:`;
  const rows = distrust.map(({ kind, at_us }) => [`  ${at(at_us)}`, TRUST_KINDS[kind].words]);
  return [head, ...alignColumns(rows)];
}

function noteLines({ refused, withstood, restarts_us, lost, first_us, settings, trips, hard_us }: WhatIf): string[] {
  const at = (us: number): string => clockText((us - first_us) / 1e6);
  const isHard = hard_us < Number.POSITIVE_INFINITY;
  const phantoms = trips.some(
    ({ name, kind, trusted }) =>
      kind === "appears" && !trusted && (name === "stuckContactor" || name === "unallowableCharging"),
  );
  const notes = [
    ...(isHard
      ? [
          `from ${at(hard_us)} on the contacts of the altered device follow its own commands where they differ; all else it measures stays as recorded`,
        ]
      : []),
    ...(phantoms
      ? [
          "a current through open contactors among the guesses is the recorded one, which flowed because they were closed",
        ]
      : []),
    ...withstood.map(({ at_us, text }) => `at ${at(at_us)} the recording sets ${text}: the value of the what-if stays`),
    ...refused.map(({ at_us, text }) => `at ${at(at_us)} the altered device refuses a recorded request: ${text}`),
    ...restarts_us.map(
      (at_us) => `at ${at(at_us)} a device woke, or records are missing before: both begin from the recorded state`,
    ),
    ...lost.map(({ at_us, text }) => `at ${at(at_us)} the recording cannot be used up to its next start: ${text}`),
    ...(settings.some(
      ({ name }) =>
        SETTING_BY_NAME.get(name)?.row.whileOpen === true || SETTING_BY_NAME.get(name)?.group.whileOpen === true,
    )
      ? ["a running device takes some of these settings only while all contactors are open; here it begins with them"]
      : []),
  ];
  return notes.length === 0 ? [] : ["", "Notes", ...notes.flatMap((note) => wrap(note, WIDTH, "  "))];
}

/** The object of --json; times in seconds since `from`. */
export function whatIfJson(result: WhatIf, realtimeFactor: number): object {
  const s = (us: number): number => Math.round(us - result.first_us) / 1e6;
  const { soc, limits, hard_us, distrust } = result;
  const limitJson = ({ max_A, max_us, mean_A, limited_s }: LimitDifference): object => ({
    max_A,
    max_s: s(max_us),
    mean_A,
    limited_s,
  });
  return {
    from: isoTime(result.first_us),
    seconds: result.played_s,
    settings: result.settings,
    trips: result.trips.map(({ name, level, kind, baseline, whatIf, trusted }) => ({
      name,
      level,
      kind,
      ...(baseline === undefined ? {} : { baseline_s: s(baseline.at_us), baselineValue: baseline.value }),
      ...(whatIf === undefined ? {} : { whatIf_s: s(whatIf.at_us), whatIfValue: whatIf.value }),
      trusted,
      sentence: (whatIf ?? baseline)!.sentence,
    })),
    soc: { max: soc.max, max_s: s(soc.max_us), end: soc.end, mean: soc.mean },
    limits: { charge: limitJson(limits.charge), discharge: limitJson(limits.discharge) },
    switched: result.duties,
    trust: {
      ...(hard_us === Number.POSITIVE_INFINITY ? {} : { hard_s: s(hard_us) }),
      weak: distrust.filter(({ weight }) => weight === "weak").map(({ kind, at_us }) => ({ kind, at_s: s(at_us) })),
    },
    refused: result.refused.map(({ at_us, text }) => ({ at_s: s(at_us), text })),
    kept: result.withstood.map(({ at_us, text }) => ({ at_s: s(at_us), text })),
    restarts_s: result.restarts_us.map(s),
    lost: result.lost.map(({ at_us, text }) => ({ at_s: s(at_us), text })),
    realtimeFactor,
  };
}
