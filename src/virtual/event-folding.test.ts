// What a medium that comes and goes leaves in the journal: little, complete at the end, and nothing of anything else.
import { expect, test } from "vitest";
import { EVENTS, type EventCode } from "../model/events.ts";
import { createFolding, holdBack, isAboutWriting, release } from "./event-folding.ts";
import { happening } from "./happenings.ts";
import { createJournal, enter, releaseFolded, takeDrafts } from "./journal.ts";

const lost = happening("logTrouble", "the log is not written");
const back = happening("logResumed", "the log is written again");

test("a medium that flaps every 5 s for an hour makes at most two entries in ten minutes, and none is uncounted", () => {
  const journal = createJournal();
  for (let time_s = 0; time_s < 3600; time_s += 5) {
    enter(journal, time_s, time_s % 10 === 0 ? lost : back);
    releaseFolded(journal, time_s);
  }
  enter(journal, 3600, happening("ended", "ended in order"));
  const drafts = takeDrafts(journal);
  expect(drafts.length).toBeLessThanOrEqual(2 * 7 + 1);
  const counted = drafts.map(({ code, value }) => (code === "ended" ? 0 : (value ?? 1)));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(720);
  expect(drafts.at(-1)?.code).toBe("ended");
  expect(journal.events).toHaveLength(drafts.length);
});

test("the last of what was held back is told when ten minutes are over, so that the journal ends on how it is", () => {
  const journal = createJournal();
  for (const [time_s, what] of [
    [0, lost],
    [1, back],
    [2, lost],
    [3, back],
    [4, lost],
  ] as const)
    enter(journal, time_s, what);
  releaseFolded(journal, 599.99);
  expect(takeDrafts(journal).map(({ code }) => code)).toEqual(["logTrouble", "logResumed"]);
  releaseFolded(journal, 601);
  expect(takeDrafts(journal)).toMatchObject([
    { code: "logResumed", uptime_s: 601, text: back.text },
    { code: "logTrouble", value: 2, text: "the log is not written (the last of 2 such events)" },
  ]);
});

test.each([
  [599.99, 1],
  [600, 2],
])("the same trouble again after %d s makes %i entries", (time_s, entries) => {
  const journal = createJournal();
  enter(journal, 0, lost);
  enter(journal, time_s, lost);
  expect(takeDrafts(journal)).toHaveLength(entries);
});

test("another subject, and the store beside the log, are told by themselves", () => {
  const folding = createFolding();
  const events = [lost, { ...lost, subject: "card" }, happening("storeTrouble", "cannot save")];
  expect(events.map((event) => holdBack(folding, 0, event))).toEqual([false, false, false]);
});

test("nothing but what tells of the writing itself is ever held back", () => {
  const folding = createFolding();
  for (const code of Object.keys(EVENTS) as EventCode[]) {
    const held = [0, 1, 2].map((time_s) => holdBack(folding, time_s, happening(code, "again")));
    expect([code, held]).toEqual([code, [false, isAboutWriting(code), isAboutWriting(code)]]);
  }
  expect((Object.keys(EVENTS) as EventCode[]).filter(isAboutWriting)).toEqual([
    "logTrouble",
    "logResumed",
    "storeTrouble",
  ]);
  expect(release(folding, 599)).toEqual([]);
});

test("a program on a bus that drives an input a hundred times a second cannot fill the journal", () => {
  const journal = createJournal();
  const driven = happening("overridden", "input signal Charge request: driven on", {
    subject: "chargeRequest",
    actor: "Modbus RTU",
  });
  for (let i = 0; i < 120_000; i++) {
    enter(journal, i / 100, driven);
    releaseFolded(journal, i / 100);
  }
  const told = takeDrafts(journal);
  expect(told.length).toBeLessThanOrEqual(2 * 60 + 2);
  expect(told[60]).toMatchObject({ code: "overridden", actor: "Modbus RTU" });
  expect(told[60]?.value).toBeGreaterThan(59_900);
  enter(journal, 1201, { ...driven, actor: "command line" });
  expect(takeDrafts(journal)).toMatchObject([{ actor: "command line" }]); // another one is heard at once
});

test("guessed passwords are all counted", () => {
  const journal = createJournal();
  const refused = happening("loginRefused", "login refused: wrong password", {
    subject: "service",
    actor: "Modbus TCP 10.0.0.9",
  });
  for (let i = 0; i < 100; i++) enter(journal, i, refused);
  enter(journal, 100, happening("ended", "ended in order"));
  const counted = takeDrafts(journal).map(({ code, value }) => (code === "ended" ? 0 : (value ?? 1)));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(100);
});
