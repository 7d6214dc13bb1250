// Which signals can be drawn, and how they are found.

import { expect, test } from "vitest";
import { parseSignal } from "../../log/query.ts";
import { drawables, findDrawables, labelOf, MOST_SIGNALS, PRESETS, type PresetName } from "./signal-list.ts";

test("every one of them is a signal that can be asked for", () => {
  expect(drawables(16).filter(({ name }) => parseSignal(name) === undefined)).toEqual([]);
});

test.each(Object.keys(PRESETS) as PresetName[])("all signals of the choice %s can be drawn together", (name) => {
  const chosen = PRESETS[name](18);
  expect(chosen.filter((each) => parseSignal(each) === undefined)).toEqual([]);
  expect(chosen.length).toBeLessThanOrEqual(MOST_SIGNALS);
});

test("there are as many cells as the pack has, counted from 1", () => {
  const cells = drawables(8).filter(({ name }) => name.startsWith("cells_V["));
  expect([cells.length, cells[0]!.label, cells.at(-1)!.name]).toEqual([8, "cells_V 1", "cells_V[7]"]);
  expect(labelOf("soc")).toBe("soc");
});

test.each([
  ["soc", "soc"],
  ["cells_v 12", "cells_V[11]"],
  ["CURRENT", "current_A"],
])("a search for %j finds %s among the first", (query, name) => {
  expect(
    findDrawables(drawables(16), query)
      .slice(0, 8)
      .map((each) => each.name),
  ).toContain(name);
});

test("a search looks into the help too, and nothing is found for nonsense", () => {
  expect(findDrawables(drawables(16), "temperature").length).toBeGreaterThan(3);
  expect(findDrawables(drawables(16), "xyzzy")).toEqual([]);
});
