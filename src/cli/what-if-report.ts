// What a what-if found, as a page for a person. The object for programs: what-if-json.ts.

import { isoTime } from "../base/calendar.ts";
import { wrap } from "../base/wrap.ts";
import { SETTING_BY_NAME, type SettingValue } from "../model/settings.ts";
import { TRUST_KINDS } from "../replay/trust.ts";
import type { Both, LimitDifference, WhatIf } from "../replay/what-if.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { alignColumns } from "./text-table.ts";
import { clockText, tripLines, WIDTH } from "./what-if-trips.ts";

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

const percent = (value: number): string => `${value > 0 ? "+" : ""}${(value * 100).toFixed(3)} %`;
const amperes = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(1)} A`;

function valueLines(result: WhatIf): string[] {
  const { soc, limits, duties, first_us, hard_us } = result;
  const at = (us: number): string => `${clockText((us - first_us) / 1e6)}${us > hard_us ? " (a guess)" : ""}`;
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

function noteLines({
  refused,
  withstood,
  restarts_us,
  lost,
  first_us,
  settings,
  hard_us,
  stilled_us,
}: WhatIf): string[] {
  const at = (us: number): string => clockText((us - first_us) / 1e6);
  const isHard = hard_us < Number.POSITIVE_INFINITY;
  const notes = [
    ...(isHard
      ? [
          `from ${at(hard_us)} on the contacts of the altered device follow its own commands where they differ; cells and temperatures stay as recorded`,
        ]
      : []),
    ...(stilled_us >= 0
      ? [
          `from ${at(stilled_us)} on, while the altered device has its contactors open and the recorded one had not, its current sensor reads zero: the recorded current could not have flowed`,
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
