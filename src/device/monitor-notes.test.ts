// Notes of the monitor's server in the journal: each a whole sentence, and strangers in a small share of it.

import { describe, expect, test } from "vitest";
import type { EventDraft } from "../model/events.ts";
import { OPERATION_NAMES, OPERATIONS, type OperationName } from "../monitor/operations.ts";
import { createJournal } from "../virtual/journal.ts";
import type { Noted } from "./monitor-frames.ts";
import type { MonitorOf } from "./monitor-host.ts";
import { createNotes, enterNote } from "./monitor-notes.ts";

function begin() {
  const clock = { now_us: 5e9 };
  const journal = createJournal({ wall_ms: () => 0, quality: () => "free-running" });
  const of = { journal, device: { run: { time_us: 0 } }, now_us: () => clock.now_us } as unknown as MonitorOf;
  const notes = createNotes();
  const enter = (noted: Noted): void => enterNote(notes, of, noted);
  return { clock, enter, events: journal.drafts as readonly EventDraft[] };
}

const OLGA: Noted = { actor: "olga", address: "10.0.0.2", what: "addAccount", outcome: "done", text: "" };
const STRANGER: Noted = { actor: "", address: "10.0.0.9", what: "device", outcome: "refused", text: "who are you" };

const DONE: readonly (readonly [OperationName, string, string, string])[] = [
  ["logIn", "owner", "login", "logged in to the monitor as owner"],
  ["createOwner", "owner", "accountsChanged", "made the first account and logged in as owner"],
  ["addAccount", "viv as viewer", "accountsChanged", "added the account viv as viewer"],
  ["changeAccount", "viv: new password", "accountsChanged", "changed the account viv: new password"],
  ["removeAccount", "viv", "accountsChanged", "removed the account viv"],
  ["changePassword", "", "accountsChanged", "changed one's own password"],
  ["addToken", "pv (a1) as viewer for 30 days", "accountsChanged", "made the API token pv (a1) as viewer for 30 days"],
  ["removeToken", "a1", "accountsChanged", "revoked the API token a1"],
];

describe("what the server did stands in the journal as a sentence", () => {
  test.each(DONE)("%s (%s): %s, %s", (what, text, code, sentence) => {
    const { enter, events } = begin();
    enter({ ...OLGA, what, text });
    expect(events).toMatchObject([{ code, text: sentence, actor: "olga, 10.0.0.2", source: "http", subject: what }]);
  });

  const told = OPERATION_NAMES.filter((name) => OPERATIONS[name].by === "server" && OPERATIONS[name].method !== "GET");
  test("of every change of the server but logging out", () => {
    const byDevice = ["rollback"]; // the device tells it as what it is: settings that changed
    const wanted = told.filter((name) => name !== "logOut" && !byDevice.includes(name));
    expect(DONE.map(([what]) => what).sort()).toEqual(wanted.sort());
  });

  test.each(OPERATION_NAMES.filter((name) => !DONE.some(([what]) => what === name)))("and of %s nothing", (what) => {
    const { enter, events } = begin();
    enter({ ...OLGA, what });
    expect(events).toEqual([]);
  });
});

test.each([...OPERATION_NAMES, "stream", "log", "request"])(
  "%s refused is told as what was refused, and why",
  (what) => {
    const { enter, events } = begin();
    enter({ ...OLGA, what, outcome: "refused", text: "this needs the role service; olga is viewer" });
    expect(events).toHaveLength(1);
    expect(events[0]?.text).toMatch(/^refused to [a-z][\w' ,]+[a-z]: this needs the role service; olga is viewer$/i);
    expect(events[0]?.text).not.toContain("unknown");
    expect(events[0]?.code).toBe(what === "logIn" ? "loginRefused" : "requestRefused");
  },
);

test("36 routes, a thousand rounds, 500 addresses without a login in a day: 36 entries at most, and no login is lost", () => {
  const { clock, enter, events } = begin();
  const rounds = 1000;
  for (let round = 0; round < rounds; round++) {
    for (let route = 0; route < 36; route++)
      enter({ ...STRANGER, address: `10.0.1.${(round * 36 + route) % 500}`, what: OPERATION_NAMES[route]! });
    enter({ ...STRANGER, what: "logIn", actor: "olga", text: "the name or the password is wrong" });
    if (round % 100 === 0) enter({ ...OLGA, what: "logIn", text: "owner" });
    clock.now_us += (24 * 3600e6) / rounds;
  }
  const logins = events.filter(({ code }) => code === "login");
  expect(logins).toHaveLength(10);
  expect(events.length - logins.length).toBeLessThanOrEqual(12 + 24);
  const counted = events.flatMap(({ text }) => [...(/(\d+) (?:requests?|logins?) with/g.exec(text)?.slice(1) ?? [])]);
  expect(Math.max(...counted.map(Number))).toBeGreaterThan(1000);
});

test("what strangers are refused stands as one line of each address in ten minutes", () => {
  const { clock, enter, events } = begin();
  for (let time = 0; time < 8; time++) enter(STRANGER);
  clock.now_us += 600e6;
  enter(STRANGER);
  expect(events.map(({ text, actor }) => `${text} (${actor})`)).toEqual([
    "refused to show the device: who are you (10.0.0.9)",
    "8 requests without a login refused, the first at 1970-01-01T01:23:20.000Z, the last at 1970-01-01T01:33:20.000Z (10.0.0.9)",
  ]);
});
