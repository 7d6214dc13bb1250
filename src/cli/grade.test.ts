// bms grade, typed: the modelled partners in virtual time, as a table and as JSON; what cannot be meant.

import { describe, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";

describe("the modelled partner", () => {
  test("of an inverter passes all, in a table with a line for each situation", async () => {
    const { status, stdout } = await bms("grade", "inverter", "--profile", "sma", "--model");
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(15);
    expect(lines[1]).toMatch(
      /^✓ {2}charge limit falls to a quarter +passed +\d\.\d s {2}within 10\.0 s +5\.0 A at the end$/,
    );
    expect(lines.at(-1)).toBe("inverter sma: 14 passed, 0 failed, 0 not judged");
    expect(status).toBe(0);
  });

  test("of a charger, as JSON", async () => {
    const { status, stdout } = await bms("grade", "charger", "--profile", "elcon", "--model", "--json");
    const said = JSON.parse(stdout) as { situations: { situation: string; verdict: string; took_ms: number }[] };
    expect(said).toMatchObject({ kind: "charger", profile: "elcon", passed: 8, failed: 0, notJudged: 0, notPlayed: 0 });
    const silence = said.situations.find(({ situation }) => situation === "framesStop");
    expect(silence?.took_ms).toBeGreaterThan(3900);
    expect(status).toBe(0);
  });

  test("that is not allowed to give anything cannot be judged, and is not blamed", async () => {
    const { stdout } = await bms(
      "grade",
      "charger",
      "--profile",
      "elcon",
      "--model",
      "--charge-voltage",
      "50",
      "--patience",
      "10",
    );
    expect(stdout).toMatch(/charger elcon: 1 passed, 0 failed, 7 not judged/);
  });
});

describe("what cannot be done is told with code 2", () => {
  test.each([
    [["inverter"], /--profile <name>' not specified/],
    [["inverter", "--profile", "acme"], /Allowed choices are pylontech, sma/],
    [
      ["inverter", "--profile", "sma", "--model", "--charge-current", "2"],
      /--charge-current must be 8 to 1200, not "2"/,
    ],
    [["inverter", "--profile", "sma", "--model", "--set", "no.such=1"], /"no\.such=1" is no setting/],
    [
      ["inverter", "--profile", "sma", "--model", "--set", "battery.cells=8"],
      /battery\.chargeVoltage_V makes 28\.\d V/,
    ],
    [["charger", "--profile", "eltek", "--model"], /there is a modelled charger for profile elcon only/],
    [["charger", "--profile", "elcon", "--can", "/no/such/place"], /is no bus and no folder/],
  ])("%j", async (words, expected) => {
    const { status, stderr } = await bms("grade", ...words);
    expect(stderr).toMatch(expected);
    expect(status).toBe(2);
  });
});
