// The rings behind the plots: ten minutes, in order, gaps where nothing is believed.
import { expect, test } from "vitest";
import { IMAGE_PLACES, IMAGE_SIZE } from "../../model/signal-image.ts";
import { createRecent, keepRecent, prependRecent, RECENT_s, recentOf } from "./recent.ts";

function imageWith(current_A: number, isValid = true): Float64Array {
  const image = new Float64Array(IMAGE_SIZE);
  image[IMAGE_PLACES.get("current_A")!.at] = current_A;
  image[IMAGE_PLACES.get("currentValid")!.at] = isValid ? 1 : 0;
  return image;
}

test("a point is kept each half second of device time, frames between are left out", () => {
  const recent = createRecent();
  for (let time_us = 0; time_us <= 2_000_000; time_us += 100_000) keepRecent(recent, imageWith(time_us), time_us);
  expect(recentOf(recent, "current_A")).toEqual([
    [0, 0.5, 1, 1.5, 2],
    [0, 500_000, 1_000_000, 1_500_000, 2_000_000],
  ]);
});

test("what is not believed is a gap", () => {
  const recent = createRecent();
  keepRecent(recent, imageWith(5), 0);
  keepRecent(recent, imageWith(5, false), 1_000_000);
  expect(recentOf(recent, "current_A")[1]).toEqual([5, null]);
});

test("nothing is older than ten minutes, however long it runs", () => {
  const recent = createRecent();
  for (let i = 0; i < 3000; i++) keepRecent(recent, imageWith(i), i * 500_000);
  const [times] = recentOf(recent, "current_A");
  expect(times.length).toBe(RECENT_s * 2 + 1);
  expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual(RECENT_s);
});

test("fast time leaves only the last ten minutes too", () => {
  const recent = createRecent();
  for (let i = 0; i < 100; i++) keepRecent(recent, imageWith(i), i * 60_000_000);
  expect(recentOf(recent, "current_A")[0].length).toBe(11);
});

test("a device that begins anew begins the rings anew", () => {
  const recent = createRecent();
  keepRecent(recent, imageWith(1), 900_000_000);
  keepRecent(recent, imageWith(2), 0);
  expect(recentOf(recent, "current_A")).toEqual([[0], [2]]);
});

test("what a log knows of the time before stands in front, its least and its largest value, and not twice", () => {
  const recent = createRecent();
  keepRecent(recent, imageWith(5), 10_000_000);
  const time_us = [8_000_000, 9_000_000, 10_000_000, 11_000_000];
  prependRecent(recent, [{ name: "current_A", time_us, min: [-34.3, 2, 3, 4], max: [-0.3, 2, 3, 4] }]);
  expect(recentOf(recent, "current_A")).toEqual([
    [8, 8.25, 9, 10],
    [-34.3, -0.3, 2, 5],
  ]);
  expect(recentOf(recent, "soc")[1]).toEqual([null, null, null, null]);
});

test("nothing is drawn over a time of which the log knows nothing", () => {
  const recent = createRecent();
  keepRecent(recent, imageWith(5), 100_000_000);
  prependRecent(recent, [{ name: "current_A", time_us: [10e6, 20e6, 70e6], min: [1, 2, 3], max: [1, 2, 3] }]);
  expect(recentOf(recent, "current_A")).toEqual([
    [10, 20, 45, 70, 85, 100],
    [1, 2, null, 3, null, 5],
  ]);
});
