// What a new service password must look like.

import { expect, test } from "vitest";
import { judgePassword } from "./service-password.ts";

test.each([
  ["1234567", "must have at least 8 characters"],
  ["12345678", undefined],
  ["ä".repeat(32), undefined],
  ["ä".repeat(33), "must have at most 64 bytes"],
  ["with\ttab…", "must not have control characters"],
])("the new password %j: %s", (password, wrong) => {
  expect(judgePassword(password)).toBe(wrong);
});
