// Trips of two devices side by side: which of the altered one are only the recorded current.
import { expect, test } from "vitest";
import type { FaultName } from "../model/faults.ts";
import { BIT, type Switches } from "./commands.ts";
import { compareTrips, openedNames, opensOther } from "./compared-trips.ts";
import type { Track } from "./track.ts";
import type { Trip } from "./trips.ts";

const trip = (name: FaultName, at_us: number, opened = 0): Trip => ({
  ...{ name, level: "error", at_us, began_us: at_us - 5, value: 0, limit: 0, element: -1, opened },
  ...{ sentence: "", cleared_us: -1 },
});

const both = BIT.charge | BIT.discharge;
const track = (trips: readonly Trip[], opensAt_us: number, left: number): Track =>
  ({
    trips,
    switches: { time_us: [0, opensAt_us], word: [both, left], cells: [0, 0] } satisfies Switches,
  }) as unknown as Track;

test.each([
  ["unallowableCharging", 60, true],
  ["stuckContactor", 60, true],
  ["mainFeedback", 60, true],
  ["overvoltage", 60, false], // the cells say so, not the current
  ["unallowableCharging", 14, false], // its condition began while both had it closed
] as const)("%s at %i with one path open since 10 is a consequence of the recording: %s", (name, at_us, expected) => {
  const [found] = compareTrips(track([], 100, 0), track([trip(name, at_us)], 10, BIT.discharge), 10);
  expect(found).toMatchObject({ kind: "appears", consequence: expected });
});

test("a weld that both devices meet is a trip", () => {
  const [found] = compareTrips(
    track([trip("stuckContactor", 120)], 100, 0),
    track([trip("stuckContactor", 60)], 10, 0),
    10,
  );
  expect(found).toMatchObject({ kind: "moves", consequence: false });
});

test("a trip at the same time that opens something else is told to do so", () => {
  const [found] = compareTrips(
    track([trip("cellMeasurement", 50)], 40, 0),
    track([trip("cellMeasurement", 50, 3)], 51, 0),
    40,
  );
  expect(found!.kind).toBe("stays");
  expect(opensOther(found!)).toBe(true);
  expect(openedNames(found!.whatIf!.opened)).toEqual(["charge", "discharge"]);
});
