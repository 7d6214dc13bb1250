// How people read what was asked of the device.
import { expect, test } from "vitest";
import type { Request } from "../core/requests.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { isAsked, requestWords } from "./request-words.ts";

const set = (changes: object): Request => ({ kind: "set", changes }) as Request;

test.each<readonly [Request, string]>([
  [set({ "battery.cells": 12, "user.serialNumber": "A 1" }), 'change battery.cells to 12, user.serialNumber to "A 1"'],
  [set({ curve: { x: [1, 2], y: [3, 4] } }), "change curve to a curve of 2 points"],
  [{ kind: "override", signal: "inhibitCharging", value: 1 }, "input signal Inhibit charging: driven on"],
  [{ kind: "acknowledge", faults: "all" }, "acknowledge all errors"],
  [{ kind: "acknowledge", faults: ["overvoltage"] }, "acknowledge Overvoltage"],
  [{ kind: "command", command: "startCellDischarge", argument: 4 }, "command: Start cell discharging (cell 4)"],
  [{ kind: "shunt", current_A: 1 }, "shunt"],
])("%j is told as %j", (request, words) => expect(requestWords(request)).toBe(words));

test("a secret is not told", () => {
  for (const name of SECRET_SETTINGS)
    expect(requestWords(set({ [name]: "hunter2" }))).toBe(`change ${name} to (secret)`);
});

test("what strangers ask is told, however odd", () => {
  for (const value of [null, undefined, {}, { x: 1 }, [], true])
    expect(requestWords(set({ "no.such": value }))).toMatch(/^change no\.such to ./);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`s${i}`, i]));
  expect(requestWords(set(many))).toMatch(/s19 to 19 and 10 more$/);
  expect(requestWords({ kind: "command", command: "fly" } as unknown as Request)).toBe("command: fly");
});

test("what partners report is not asked", () => {
  expect(isAsked(set({}))).toBe(false);
  expect(isAsked(set({ "battery.cells": 12 }))).toBe(true);
  expect(isAsked({ kind: "partner", online: true })).toBe(false);
  expect(isAsked({ kind: "acknowledge", faults: "all" })).toBe(true);
});
