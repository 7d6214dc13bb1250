// What a slow link is told of what the page looks at.

import { expect, test } from "vitest";
import { createAttention } from "./attention.ts";

function rig() {
  const told: string[][] = [];
  const attention = createAttention({ attend: (names) => void told.push([...names]) });
  return { told, attention, settle: () => Promise.resolve() };
}

test("new names are told at once, together, and only once", async () => {
  const { told, attention, settle } = rig();
  for (const name of ["soc", "current_A", "soc"]) attention.note(name);
  await settle();
  expect(told).toEqual([["soc", "current_A"]]);
  attention.note("soc");
  await settle();
  expect(told.length).toBe(1);
});

test("what is no longer read is forgotten after a beat; while nothing is read nothing is forgotten", async () => {
  const { told, attention, settle } = rig();
  attention.note("soc");
  attention.note("cells_V");
  await settle();
  attention.beat();
  attention.note("cells_V");
  attention.beat();
  expect(told.at(-1)).toEqual(["cells_V"]);
  attention.beat();
  expect(told.at(-1)).toEqual(["cells_V"]);
});

test("a link that tells everything needs no attention", () => {
  const { note, beat } = createAttention({});
  note("soc");
  expect(beat).not.toThrow();
});
