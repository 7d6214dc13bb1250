// The tree and the search over the settings.
import { expect, test } from "vitest";
import { SETTING_LIST } from "../../model/settings.ts";
import { type Branch, findSettings, GROUPS, groupKeyOf, treeOf } from "./groups.ts";

const names = (query: string): readonly string[] => findSettings(query).map(({ name }) => name);

test.each([
  ["overvoltage limit", "protections.overvoltage.limit_V"], // name and title
  ["common settings cells", "battery.cells"], // title of the group
  ["tied to the top cell", "battery.cells"], // help
  ["uocv", "socEstimation.ocv"], // the vendor's name
  ["set delay ms short", "protections.shortCircuit.setDelay_ms"], // unit
  ["°C heater minimum", "heater.minimum_degC"], // unit as it is printed
  ["NMC", "battery.chemistry"], // a choice
  ["OVERVOLTAGE", "protections.overvoltage.enable"],
])("%s finds %s", (query, name) => {
  expect(names(query)).toContain(name);
});

test("what has all words in its name comes before what has them in its help", () => {
  const found = names("capacity");
  const inHelp = found.indexOf("socEstimation.hysteresisReach"); // "Share of the capacity that ..."
  expect(inHelp).toBeGreaterThan(0);
  expect(found.slice(0, inHelp)).toContain("battery.capacity_Ah");
});

test("every word narrows, none finds nothing, and nonsense finds nothing", () => {
  expect(names("overvoltage limit").length).toBeLessThan(names("overvoltage").length);
  expect(names("  ")).toEqual([]);
  expect(names("overvoltage banana")).toEqual([]);
});

test("every setting stands in exactly one group, and every group once in the tree", () => {
  expect(GROUPS.flatMap(({ entries }) => entries).map(({ name }) => name)).toEqual(
    SETTING_LIST.map(({ name }) => name),
  );
  const keys = (branches: readonly Branch[]): string[] =>
    branches.flatMap(({ group, branches: below }) => [...(group ? [group.key] : []), ...keys(below)]);
  expect(keys(treeOf(GROUPS)).sort()).toEqual([...new Set(SETTING_LIST.map(({ name }) => groupKeyOf(name)))].sort());
});

test("a menu that is a group and leads to others is both", () => {
  const mosfets = treeOf(GROUPS)
    .find(({ label }) => label === "Signals")
    ?.branches.find(({ label }) => label === "MOSFETs");
  expect(mosfets?.group?.key).toBe("mosfets");
  expect(mosfets?.branches.map(({ label }) => label)).toEqual(["Contactors feedback"]);
});
