// Our own mistakes are told with their stack on the terminal, without what was at hand in the journal, and not again and again.

import { expect, test } from "vitest";
import { StoreError } from "../device/store-error.ts";
import { createMistakes, isPlants } from "./mistakes.ts";

function begin() {
  const [said, entered, clock] = [[] as string[], [] as string[], { now_ms: 0 }];
  const report = createMistakes(
    (text) => said.push(text),
    (text) => entered.push(text),
    () => clock.now_ms,
  );
  return { said, entered, clock, report };
}

test("a mistake stands on the terminal with its stack, and in the journal with its place alone", () => {
  const { said, entered, report } = begin();
  report("the answer to explanation", new TypeError("secret of /etc"));
  expect(said.join()).toMatch(
    /^internal error in the answer to explanation \(TypeError at .*secret of \/etc[\s\S]*at /,
  );
  expect(entered).toEqual([
    expect.stringMatching(
      /^internal error in the answer to explanation \(TypeError at mistakes\.test\.ts:\d+\); the server's terminal says more, and protection goes on$/,
    ),
  ]);
});

test("the same mistake again is counted, and told ten minutes later", () => {
  const { said, entered, clock, report } = begin();
  const error = new Error("again");
  for (let time = 0; time < 1000; time++) report("it", error);
  expect([said.length, entered.length]).toEqual([1, 1]);
  clock.now_ms = 600_000;
  report("it", error);
  expect(entered.at(-1)).toContain("and 999 times since it was last told");
});

test("of ever new mistakes so many are told", () => {
  const { entered, report } = begin();
  for (let time = 0; time < 1000; time++) report(`part ${time}`, "no error");
  expect(entered.length).toBeLessThan(40);
});

test.each<[string, boolean, unknown]>([
  ["a store that cannot be used", true, new StoreError("busy", "in use")],
  ["a disk that is full", true, Object.assign(new Error("full"), { errcode: 13 })],
  ["a file that is no database", true, Object.assign(new Error("no database"), { errcode: 26 })],
  ["a file that is gone", true, Object.assign(new Error("ENOENT"), { code: "ENOENT", syscall: "open" })],
  ["bytes that do not unpack", true, Object.assign(new Error("corrupt"), { code: "ZSTD_error_corruption_detected" })],
  ["a wrong statement", false, Object.assign(new Error("no such column"), { errcode: 1 })],
  ["a member of undefined", false, new TypeError("cannot read")],
  ["an argument that does not fit", false, Object.assign(new TypeError("path"), { code: "ERR_INVALID_ARG_TYPE" })],
  ["no error at all", false, undefined],
])("%s is the plant's trouble: %s", (_, isIts, error) => {
  expect(isPlants(error)).toBe(isIts);
});
