// A recording cut at any of its starts and replayed in two parts gives what one replay of all gives.

import { describe, expect, test } from "vitest";
import { loadScenario } from "../cli/scenario-file.ts";
import type { Bms } from "../core/bms.ts";
import type { LogMessage } from "../log/topics.ts";
import { advance, createRun, type Run } from "../sim/scenario/run.ts";
import { createRecorder, demandStart, endBlock, recordAfter, recordBefore, takeMessages } from "./recorder.ts";
import { type Segment, segmentsOf } from "./recording.ts";
import { replay } from "./replay.ts";
import { joinReplays } from "./replay-halves.ts";

const SOLAR = "daily-solar";
const MOST_TICKS = 20_000;

/** With a start each five seconds, or only those of a device that woke. */
function record(name: string, meddle: (bms: Bms, time_s: number) => void = () => {}): LogMessage[] {
  const recorder = createRecorder("test");
  const messages: LogMessage[] = [];
  const run: Run = createRun({
    scenario: loadScenario(name),
    ...(name === SOLAR ? { duration_s: 40, tick_us: 10_000 } : {}),
    tap: {
      before: (bms, sensors, requests, dt_us) => recordBefore(recorder, bms, sensors, requests, dt_us, run.time_us),
      after: (bms) => {
        if (name === SOLAR && run.time_us % 5e6 === 0) demandStart(recorder);
        recordAfter(recorder, bms, run.time_us);
        messages.push(...takeMessages(recorder));
        meddle(bms, run.time_us / 1e6);
      },
    },
  });
  for (let tick = 0; tick < MOST_TICKS && advance(run); tick++);
  endBlock(recorder);
  return [...messages, ...takeMessages(recorder)];
}

const at =
  (when_s: number) =>
  (bms: Bms, time_s: number): void => {
    if (time_s === when_s) Object.assign(bms.plan.measure.cells, { firstDrop_V: 0.01 });
  };
const spoil = (messages: LogMessage[], topic: LogMessage["topic"], number: number): LogMessage[] => {
  const victim = messages.filter((message) => message.topic === topic)[number];
  return messages.map((message) => (message === victim ? { ...message, data: message.data.subarray(0, 9) } : message));
};

const solar = record(SOLAR);

/** A cut at each start that is not the first of all. */
const cutsOf = (segments: readonly Segment[]): number[] =>
  segments.flatMap(({ start }, i) => (i > 0 && start !== undefined ? [i] : []));

describe("two parts say what one replay says", () => {
  test.each([
    ["of a recording without a hole", solar, { identical: true, gaps: 0 }],
    ["of a device that slept and woke", record("button-and-charger-day"), { identical: true }],
    ["with a missing second", solar.filter(({ time_us }) => time_us !== 18e6), { identical: true, gaps: 1 }],
    ["with a damaged block", spoil(solar, "/recorder/inputs", 22), { identical: true, gaps: 1 }],
    ["with a damaged start", spoil(solar, "/recorder/start", 4), { identical: true, gaps: 1 }],
    ["with a lost beginning", solar.slice(1), { identical: true }],
    ["that differs early", record(SOLAR, at(7.5)), { identical: false }],
    ["that differs late", record(SOLAR, at(32.5)), { identical: false }],
  ])("%s", (_, messages, expected) => {
    const segments = [...segmentsOf(messages)];
    const whole = replay(segments);
    expect(whole).toMatchObject(expected);
    expect(cutsOf(segments).length).toBeGreaterThan(1);
    for (const cut of cutsOf(segments)) {
      const first = replay(segments, { isLast: (start) => start === segments[cut]?.start });
      expect(joinReplays(first, replay(segments.slice(cut)))).toEqual(whole);
    }
  });

  test("of a state that a start tells otherwise, cut there", () => {
    const other = [...segmentsOf(record(SOLAR, at(1.5)))];
    const own = [...segmentsOf(solar)];
    const mixed = own.map((segment, i) => (i < 3 ? segment : { start: other[i]?.start, blocks: segment.blocks }));
    const whole = replay(mixed);
    expect(whole.firstDifference?.entry).toBeDefined();
    for (const cut of cutsOf(mixed)) {
      const first = replay(mixed, { isLast: (start) => start === mixed[cut]?.start });
      expect(joinReplays(first, replay(mixed.slice(cut)))).toEqual(whole);
    }
  });
});
