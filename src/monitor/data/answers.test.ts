// What a page is told of the past, from a pack in memory and from its log file alone: the same trip, at the same time, explained.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overchargedPack, PACK_BEGAN_us, packLog } from "../../../tests/pack-logs.ts";
import { thorough } from "../../../tests/thorough.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import type { JournalEntry } from "../../model/events.ts";
import { NO_FRAMES } from "../../replay/evidence.ts";
import { tellStory } from "../../replay/story.ts";
import type { Reply } from "../problem.ts";
import type { AnswerTo, Input } from "../schemas.ts";
import { answerSteps, createDataCache, type DataName } from "./answers.ts";
import { logTimes } from "./event-times.ts";
import { type DataSource, sourceOfLogs, sourceOfPack } from "./source.ts";

const pack = overchargedPack(700);
const memory = sourceOfPack(pack);
const file = sourceOfLogs([packLog(pack.log)]);
const trip = pack.entries.find(({ code, subject }) => code === "tripped" && subject === "overvoltage")!;
const played = tellStory(pack.log).trips.find(({ name }) => name === "overvoltage")!;

function reply<K extends DataName>(source: DataSource, name: K, input: Input<K>): Reply<AnswerTo<K>> {
  const steps = answerSteps(createDataCache(), source, name, input);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

function answer<K extends DataName>(source: DataSource, name: K, input: Input<K>): AnswerTo<K> {
  const came = reply(source, name, input);
  if (!came.ok) throw new Error(came.problem.detail);
  return came.answer;
}

describe.each([
  ["a pack in memory", memory],
  ["its log file alone", file],
])("%s", (_, source) => {
  test("tells the trip at the log's own time", () => {
    const { events } = answer(source, "events", { from_us: PACK_BEGAN_us, to_us: PACK_BEGAN_us + 700e6 });
    const told = events.find(({ sequence }) => sequence === trip.sequence)!;
    expect(told.text).toBe(trip.text);
    expect(Math.abs(told.time_us - played.at_us)).toBeLessThanOrEqual(10_000);
    expect(events.map(({ time_us }) => time_us)).toEqual(
      [...events.map(({ time_us }) => time_us)].sort((a, b) => a - b),
    );
  });

  test("explains it from the seconds around it, with the cell that was judged and its limit", () => {
    const told = answer(source, "explanation", { sequence: trip.sequence });
    expect(told).toMatchObject({ source: "freeze-frame", fault: "overvoltage", limit: 3.6, trip_us: played.at_us });
    expect(told.headline).toContain(trip.text.split(":")[0]);
    expect(told.began_us).toBe(played.began_us);
    const [judged, ...others] = told.series;
    expect(judged).toMatchObject({ role: "judged", unit: "V", name: `cell ${played.element + 1}` });
    expect(others.map(({ role }) => role)).toEqual(["minCell", "maxCell", "current", "chargeLimit", "dischargeLimit"]);
    const at = judged!.time_us.indexOf(played.at_us);
    expect(judged!.values[at]).toBeCloseTo(played.value, 5);
    expect(judged!.time_us.at(-1)! - judged!.time_us[0]!).toBeGreaterThan(14e6);
  });

  test("has the journal, newest first, by severity and number", () => {
    const { entries } = answer(source, "journal", { severity: "error", limit: 3 });
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.every(({ severity }) => ["error", "critical"].includes(severity))).toBe(true);
    const [first] = entries;
    const before = answer(source, "journal", { before: first!.sequence }).entries;
    expect(before[0]!.sequence).toBe(first!.sequence - 1);
  });

  test.each([
    [9999, "has no entry 9999"],
    [1, "is no trip"],
  ])("explains nothing for number %d", (sequence, words) => {
    const came = reply(source, "explanation", { sequence });
    expect(came).toMatchObject({ ok: false, problem: { kind: "unknown" } });
    expect(JSON.stringify(came)).toContain(words);
  });

  test("says that it can be played again", () => {
    expect(answer(source, "logs", {}).logs).toMatchObject([{ hasRecorder: true, first_us: expect.any(Number) }]);
  });
});

describe("an entry of whatever kind, at whatever time", () => {
  const told = pack.entries.filter(({ code }) => code === "tripped" || code === "contactorOpened");
  const times_s = [-5, 0, 0.005, 0.5, ...told.flatMap(({ uptime_s }) => [uptime_s, uptime_s + 3]), 699.9, 5000];
  const entries = fc.record({
    code: fc.constantFrom("tripped", "indicated", "contactorOpened", "requestRefused"),
    subject: fc.constantFrom("", "overvoltage", "stuckContactor", "precharge", "charge", "main", "of another program"),
    uptime_s: fc.constantFrom(...times_s),
    hasFrames: fc.boolean(),
    hasLogs: fc.boolean(),
  });

  test("has an explanation, and none tells of a number that is none", () => {
    fc.assert(
      fc.property(entries, ({ hasFrames, hasLogs, ...changed }) => {
        const wall_ms = PACK_BEGAN_us / 1000 + changed.uptime_s * 1000;
        const journal = pack.entries.map((entry) => (entry === trip ? { ...trip, ...changed, wall_ms } : entry));
        const source = {
          journal: journal as readonly JournalEntry[],
          logs: hasLogs ? file.logs : [],
          kept: hasFrames ? memory.kept : NO_FRAMES,
        };
        const { headline, paragraphs } = answer(source, "explanation", { sequence: trip.sequence });
        expect(JSON.stringify([headline, paragraphs])).not.toMatch(/NaN|Infinity|undefined|null/);
      }),
      { numRuns: thorough(150, 25) },
    );
  }, 240_000);

  test("is not explained by the freeze-frame of another run that had the same times", () => {
    const [first] = pack.entries;
    const again = [first!, { ...trip, subject: "undervoltage" }];
    const later = again.map((entry, i) => ({ ...entry, sequence: pack.entries.length + 1 + i }));
    const source = { journal: [...pack.entries, ...later], logs: [], kept: memory.kept };
    expect(answer(source, "explanation", { sequence: trip.sequence }).source).toBe("freeze-frame");
    expect(answer(source, "explanation", { sequence: later[1]!.sequence }).source).toBe("journal");
  });
});

test("an entry in a file that lacks what an entry has is left out", () => {
  const { text: _, ...half } = trip;
  const message = { topic: "/events", time_us: trip.wall_ms * 1000, data: encodeUtf8(JSON.stringify(half)) } as const;
  const whole = pack.log.filter(({ topic }) => topic === "/events");
  const cut = sourceOfLogs([packLog([...whole, message])]);
  expect(answer(cut, "journal", {}).entries).toEqual(answer(sourceOfLogs([packLog(whole)]), "journal", {}).entries);
});

test("of more events than wanted the most severe are told, and how many are left", () => {
  const all = answer(memory, "events", { from_us: 0, to_us: 9e15, limit: 5000 });
  const few = answer(memory, "events", { from_us: 0, to_us: 9e15, limit: 2 });
  expect(few.left).toBe(all.events.length - 2);
  expect(few.events.map(({ severity }) => severity).sort()).toEqual(["error", "warning"]);
});

test.each([
  [
    "counts from the start of its device",
    [
      { code: "started", wall_ms: 1000, uptime_s: 0 },
      { code: "mode", wall_ms: 1002, uptime_s: 60 },
    ],
    [1e6, 61e6],
  ],
  [
    "follows the clock when it is set",
    [
      { code: "started", wall_ms: 1000, uptime_s: 0 },
      { code: "clockStepped", wall_ms: 99_000, uptime_s: 1, value: 97 },
    ],
    [1e6, 99e6],
  ],
  ["is its wall time where the start is no longer kept", [{ code: "mode", wall_ms: 5000, uptime_s: 100 }], [5e6]],
  [
    "begins anew with each start",
    [
      { code: "started", wall_ms: 1000, uptime_s: 0 },
      { code: "started", wall_ms: 9000, uptime_s: 0.5 },
    ],
    [1e6, 9e6],
  ],
] as const)("the log time of an entry %s", (_, entries, times_us) => {
  expect([...logTimes(entries)]).toEqual([...times_us]);
});
