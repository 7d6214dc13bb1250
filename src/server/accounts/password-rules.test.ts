// What a new password may be.

import { expect, test } from "vitest";
import { judgeNewPassword } from "./password-rules.ts";

test.each([
  ["elevenchars", "must have at least 12 characters"],
  ["elevenchars1", undefined],
  ["äöüäöüß äöüä", undefined],
  ["x".repeat(201), "must have at most 200 characters"],
  [`boat shed ${"x".repeat(190)}`, undefined],
  ["a tab\tin the middle", "must not have control characters"],
  ["123456789012", "must not be a row of digits or signs that anybody would try"],
  ["210987654321", "must not be a row of digits or signs that anybody would try"],
  ["############", "must not be a row of digits or signs that anybody would try"],
  ["314159265358", undefined],
  ["abababababab", "must have at least five different characters"],
  ["Annabelle2026!", "must not be the name with little added"],
  ["annabelleannabelle", "must not be the name with little added"],
  ["annabelle likes boats", undefined],
  ["Password1234!", "is one of those that everybody tries first"],
  ["passwordpassword", "is one of those that everybody tries first"],
  ["qwertyuiop123", "is one of those that everybody tries first"],
  ["BatteryBattery1", "is one of those that everybody tries first"],
  ["correct horse battery staple", undefined],
])("the password %j of Annabelle: %s", (password, wrong) => {
  expect(judgeNewPassword(password, "Annabelle")).toBe(wrong);
});
