// Writing down what is compiled holds up the loop, so that it must not happen again while the device runs.
import { expect, test } from "vitest";
import { shareCompiled } from "./compiled-modules.ts";

test("what is compiled is written down once for each kind of thread, not when one is started again", () => {
  const written: string[] = [];
  for (const thread of ["log", "store", "log", "store", "log"]) shareCompiled(thread, () => written.push(thread));
  expect(written).toEqual(["log", "store"]);
});
