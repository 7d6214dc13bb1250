// Frames as a link tells them, ten a second, and which of them those parts of the page see that are read at leisure.
import { expect, test } from "vitest";
import { IMAGE_SIZE } from "../../model/signal-image.ts";
import type { Link, LinkListener } from "../link/link.ts";
import { createHeard } from "./heard.ts";
import { recentOf } from "./recent.ts";

const IMAGE = new Float64Array();

/** Tells a frame at each of these times, in milliseconds, and says the time of the calm frame after each. */
function calmAfter(times_ms: readonly number[]): (number | undefined)[] {
  let now_ms = 0;
  let listener: LinkListener | undefined;
  const link = { open: (given: LinkListener) => (listener = given), can: () => false } as unknown as Link;
  const heard = createHeard(link, () => now_ms);
  heard.open();
  return times_ms.map((time_ms) => {
    now_ms = time_ms;
    listener!.image(IMAGE, { time_us: 1000 * time_ms, uptime_us: 0 });
    expect(heard.frame()?.time_us).toBe(1000 * time_ms);
    return (heard.calmFrame()?.time_us ?? Number.NaN) / 1000;
  });
}

test.each([
  [
    "the first and every fifth of ten a second",
    [5000, 5100, 5200, 5300, 5400, 5500, 5600],
    [5000, 5000, 5000, 5000, 5000, 5500, 5500],
  ],
  ["the fifth although it comes early", [5000, 5449, 5450, 5500], [5000, 5000, 5450, 5450]],
  ["each, where one comes a second", [5000, 6000, 7000], [5000, 6000, 7000]],
  ["the first after a silence", [5000, 5100, 9000], [5000, 5000, 9000]],
  ["the first after the clock was put back", [5000, 1000, 1100], [5000, 1000, 1000]],
])("calm is %s", (_, times_ms, calm_ms) => {
  expect(calmAfter(times_ms)).toEqual(calm_ms);
});

test.each([
  ["rows", [-34.3, null]],
  ["extremes", [null]],
])("the last ten minutes begin with what a log says row by row: of %s %j", async (detail, drawn) => {
  const asked: unknown[] = [];
  let listener: LinkListener | undefined;
  const series = [{ name: "current_A", time_us: [590e6], min: [-34.3], max: [-34.3] }];
  const call = async (...words: unknown[]) => {
    asked.push(words);
    return { series, detail, isFine: true };
  };
  const link = { open: (given: LinkListener) => (listener = given), can: () => true, call } as unknown as Link;
  const heard = createHeard(link, () => 0);
  heard.open();
  listener!.image(new Float64Array(IMAGE_SIZE), { time_us: 600e6, uptime_us: 0 });
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toMatchObject([["history", { from_us: 0, to_us: 600e6, points: 1200, grain: "fine" }]]);
  expect(recentOf(heard.recent, "current_A")[1]).toEqual(drawn);
});
