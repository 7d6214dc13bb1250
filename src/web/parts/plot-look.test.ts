// Lines that can be told apart, on paper and in the dark, and times that are read the same everywhere.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MOST_SIGNALS } from "../history/signal-list.ts";
import { lineLook, timeTicks, wholeMilliseconds } from "./plot-look.ts";

const CSS = readFileSync(join(import.meta.dirname, "../style/page.css"), "utf8");
/** Of graphics, WCAG 2.1, 1.4.11. */
const LEAST_CONTRAST = 3;

describe("lines of one plot", () => {
  const looks = Array.from({ length: MOST_SIGNALS }, (_, i) => lineLook(i));

  test("differ in hue or in dashes, as many as can be chosen", () => {
    expect(new Set(looks.map(({ hue, dash }) => `${hue} ${dash}`)).size).toBe(MOST_SIGNALS);
  });

  test("with the same dashes lie 45 degrees of hue apart", () => {
    for (const one of looks)
      for (const other of looks)
        if (one !== other && one.dash === other.dash) {
          const apart = Math.abs(one.hue - other.hue);
          expect(Math.min(apart, 360 - apart)).toBeGreaterThanOrEqual(45);
        }
  });

  test.each(themes())("stand out from the panel of theme %d", (_, panel, lightness) => {
    for (const { hue } of looks) {
      const [one, other] = [luminance(...fromHsl(hue, 0.7, lightness)), luminance(...fromHex(panel))];
      expect((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    }
  });
});

function themes(): [number, string, number][] {
  const panels = [...CSS.matchAll(/--panel: (#\w{6})/g)].map(([, colour]) => colour!);
  const lights = [...CSS.matchAll(/--plot-light: (\d+)%/g)].map(([, percent]) => Number(percent) / 100);
  expect([panels.length, lights.length]).toEqual([3, 3]);
  return panels.map((panel, i) => [i, panel, lights[i]!]);
}

type Rgb = [number, number, number];
const fromHex = (text: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16) / 255) as Rgb;
const fromHsl = (hue: number, saturation: number, lightness: number): Rgb =>
  [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  }) as Rgb;
function luminance(...rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe("ticks of time", () => {
  const at_s = (...time: [number, number, number]): number => new Date(2026, 10, 29, ...time).getTime() / 1000;

  test.each([
    [
      "minutes",
      [at_s(23, 58, 0), at_s(23, 59, 0), at_s(24, 0, 0)],
      60,
      ["23:58\n2026-11-29", "23:59", "00:00\n2026-11-30"],
    ],
    ["seconds", [at_s(13, 0, 5), at_s(13, 0, 10)], 5, ["13:00:05\n2026-11-29", "13:00:10"]],
    ["parts", [at_s(13, 0, 5) + 0.05, at_s(13, 0, 5) + 0.1], 0.05, ["13:00:05.050\n2026-11-29", "13:00:05.100"]],
    [
      "milliseconds",
      [at_s(13, 0, 5) + 0.001, at_s(13, 0, 5) + 0.002],
      0.001,
      ["13:00:05.001\n2026-11-29", "13:00:05.002"],
    ],
    ["what is in sight", [null, at_s(13, 0, 5)], 1, [null, "13:00:05\n2026-11-29"]],
    ["days", [at_s(0, 0, 0), at_s(24, 0, 0)], 86_400, ["2026-11-29", "2026-11-30"]],
  ] as const)("of %s are of 24 hours, with the day where it begins", (_, splits, step_s, shown) => {
    expect(timeTicks(splits, step_s)).toEqual(shown);
  });

  test.each([
    [0.9996, 999], // not the second after it: uPlot would begin a second too early
    [0.001, 1],
    [0.0019, 1],
    [0.123, 123],
  ])("begin with the whole millisecond at or before %d s", (part_s, part_ms) => {
    expect(wholeMilliseconds(at_s(13, 0, 5) + part_s).getTime()).toBe(1000 * at_s(13, 0, 5) + part_ms);
  });
});
