// Requests as they are recorded: passwords are not told, and the core answers as it did.
import { expect, test } from "vitest";
import { acceptRequests } from "../core/accept.ts";
import { createBms } from "../core/bms.ts";
import type { Request } from "../core/requests.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { createSettings, SETTING_BY_NAME } from "../model/settings.ts";
import { requestsOf, requestText } from "./request-text.ts";

const set = (value: unknown): Request => ({
  kind: "set",
  changes: { "ftp.password": value as string, "ftp.user": "pack" },
});

test("a recorded request holds no password, and everything else", () => {
  const text = requestText([set("hunter2"), { kind: "command", command: "powerOn" } as unknown as Request]);
  expect(text).not.toContain("hunter2");
  expect(requestsOf(text)).toEqual([set("(secret)"), { kind: "command", command: "powerOn" }]);
});

test.each([[""], ["hunter2"], ["x".repeat(64)], ["x".repeat(65)], [1234], [true]])(
  "the password %j is accepted or refused in a replay as it was",
  (value) => {
    const [recorded] = requestsOf(requestText([set(value)])) ?? [];
    const answers = [set(value), recorded!].map((request) => {
      const bms = createBms(createSettings());
      acceptRequests(bms, [request]);
      return bms.answers[0]?.ok;
    });
    expect(answers[1]).toBe(answers[0]);
    expect(JSON.stringify(recorded)).not.toContain(String(value === "" ? "no value" : value));
  },
);

test("every secret setting takes text of the length below which any text stands for any other", () => {
  for (const name of SECRET_SETTINGS) {
    const row = SETTING_BY_NAME.get(name)?.row;
    expect(row?.kind === "text" ? row.maxLength : 0).toBeGreaterThanOrEqual(32);
  }
});
