// Logs and tails that are dropped together, one after the other, or alone.

import { expect, test } from "vitest";
import { isLogFile, logNameOf, pairFiles } from "./log-files.ts";

const file = (name: string): File => new File([name], name);
const [log, tail, other] = [file("a.mcap"), file("a.tail"), file("b.MCAP")];

test("a tail goes with the log of its name, the other log has none", () => {
  expect(pairFiles([tail, other, log], [])).toEqual({
    logs: [
      { name: "b.MCAP", blob: other },
      { name: "a.mcap", blob: log, tail },
    ],
    alone: [],
  });
});

test("a tail that comes later opens its log anew", () => {
  const open = [
    { name: "a.mcap", blob: log },
    { name: "b.MCAP", blob: other },
  ];
  expect(pairFiles([tail], open)).toEqual({ logs: [{ name: "a.mcap", blob: log, tail }], alone: [] });
});

test("a log that is dropped again takes the place of the one of its name, without its tail", () => {
  const again = file("a.mcap");
  expect(pairFiles([again], [{ name: "a.mcap", blob: log, tail }]).logs).toEqual([{ name: "a.mcap", blob: again }]);
});

test("a tail without its log is told by name", () => {
  expect(pairFiles([tail, other], [])).toMatchObject({ alone: ["a.tail"] });
  expect(logNameOf("a.tail")).toBe("a.mcap");
});

test.each([
  ["a.mcap", true],
  ["A.MCAP", true],
  ["a.tail", true],
  ["a.tail.txt", false],
  ["mcap", false],
])("%s is of a log: %s", (name, isIts) => {
  expect(isLogFile({ name })).toBe(isIts);
});
