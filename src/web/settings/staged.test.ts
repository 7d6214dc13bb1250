// What a person has gathered and not applied: presets filled in, other people's changes noticed, ways back to other settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHEMISTRY_NAMES } from "../../model/chemistries.ts";
import { copySettings, createSettings, getSetting, putSetting, type Settings } from "../../model/settings.ts";
import { changeSettings } from "../../model/validation.ts";
import { changesTowards } from "../../monitor/changes-towards.ts";
import {
  clashesOf,
  judge,
  keepMine,
  NOTHING_STAGED,
  packStaged,
  type Staged,
  stage,
  stageAll,
  unpackStaged,
  unstage,
  type Values,
} from "./staged.ts";

const LIMIT = "protections.overvoltage.limit_V";
const changed = (settings: Settings, changes: Values): Settings => {
  const result = changeSettings(settings, changes);
  if (!result.ok) throw new Error(JSON.stringify(result.violations));
  return result.settings;
};

describe("a staged change", () => {
  test("stands with its old and new value, and goes when it is undone or set back by hand", () => {
    const settings = createSettings();
    const staged = stage(NOTHING_STAGED, settings, LIMIT, 3.7);
    expect(judge(settings, staged)).toMatchObject({
      changes: [{ name: LIMIT, from: settings.protections.overvoltage.limit_V, to: 3.7, follows: false }],
      violations: [],
    });
    expect(unstage(staged, LIMIT)).toEqual(NOTHING_STAGED);
    expect(stage(staged, settings, LIMIT, settings.protections.overvoltage.limit_V)).toEqual(NOTHING_STAGED);
  });

  test("out of range or against another setting is told with the setting's name, and stays in the list", () => {
    const settings = createSettings();
    for (const value of [9, 3.2]) {
      const judged = judge(settings, stage(NOTHING_STAGED, settings, LIMIT, value));
      expect(judged.settings).toBeUndefined();
      expect(judged.violations.map(({ setting }) => setting)).toContain(LIMIT);
      expect(judged.changes).toHaveLength(1);
    }
  });

  test("of the chemistry fills what depends on it, and a value given beside it stands above, also the old one", () => {
    const settings = createSettings();
    const chemistry = stage(NOTHING_STAGED, settings, "battery.chemistry", "NMC");
    const filled = judge(settings, chemistry);
    expect(filled.changes.filter(({ follows }) => follows).length).toBeGreaterThan(30);
    expect(filled.settings?.protections.overvoltage.limit_V).toBeGreaterThan(4);
    const old = getSetting(settings, "battery.relaxTimeCharge_s")!;
    const kept = stage(chemistry, settings, "battery.relaxTimeCharge_s", old);
    expect(judge(settings, kept).settings?.battery.relaxTimeCharge_s).toBe(old);
  });
});

describe("what somebody else changes meanwhile", () => {
  const settings = createSettings();
  const mine = stage(NOTHING_STAGED, settings, LIMIT, 3.7);

  test("elsewhere is no clash, and stays as they made it", () => {
    const theirs = changed(settings, { "balancing.start_V": 3.45 });
    expect(clashesOf(mine, theirs)).toEqual([]);
    expect(judge(theirs, mine).settings?.balancing.start_V).toBe(3.45);
  });

  test("under a staged change is a clash with all three values, until the person says which", () => {
    const theirs = changed(settings, { [LIMIT]: 3.72 });
    expect(clashesOf(mine, theirs)).toEqual([
      { name: LIMIT, seen: settings.protections.overvoltage.limit_V, now: 3.72, mine: 3.7 },
    ]);
    const kept = keepMine(mine, theirs, LIMIT);
    expect(clashesOf(kept, theirs)).toEqual([]);
    expect(judge(theirs, kept).changes).toEqual([{ name: LIMIT, from: 3.72, to: 3.7, follows: false }]);
  });

  test("to the value one wants oneself is no clash", () => {
    expect(clashesOf(mine, changed(settings, { [LIMIT]: 3.7 }))).toEqual([]);
  });
});

describe("the way to other settings", () => {
  test("leads there from anywhere, whatever chemistries fill in between", () => {
    const anyPack = fc
      .tuple(
        fc.constantFrom(...CHEMISTRY_NAMES),
        fc.integer({ min: 12, max: 14 }),
        fc.integer({ min: 20, max: 200 }),
        fc.boolean(),
      )
      .map(([chemistry, cells, capacity_Ah, own]) => {
        const pack = changed(createSettings(), {
          ...{ "battery.chemistry": chemistry, "battery.cells": cells, "battery.capacity_Ah": capacity_Ah },
        });
        return own ? changed(pack, { "soh.lifeCycles": 1234, "charge.startDelay_ms": 777 }) : pack;
      });
    fc.assert(
      fc.property(anyPack, anyPack, (from, to) => {
        const staged = stageAll(from, changesTowards(from, to));
        expect(judge(from, staged).settings).toEqual(to);
      }),
      { numRuns: 60 },
    );
  });

  test("to where one is is no change, and secrets are not carried along", () => {
    const settings = createSettings();
    expect(changesTowards(settings, copySettings(settings))).toEqual({});
    const other = copySettings(settings);
    putSetting(other, "ftp.password", "word");
    expect(changesTowards(settings, other)).toEqual({});
  });
});

describe("the browser's memory", () => {
  test("gives back what was put in, but for secrets", () => {
    const settings = createSettings();
    let staged: Staged = stage(NOTHING_STAGED, settings, LIMIT, 3.7);
    staged = stage(staged, settings, "chargeMap.voltageFactor", { x: [3.4, 3.5], y: [1, 0] });
    expect(unpackStaged(packStaged(staged))).toEqual(staged);
    const secret = stage(staged, settings, "ftp.password", "correct horse");
    expect(packStaged(secret)).not.toContain("horse");
    expect(unpackStaged(packStaged(secret))).toEqual(staged);
  });

  test.each([null, "", "{", "[]", "7", '{"changes":null}', '{"changes":{"no.such":1},"seen":{}}'])(
    "with %j in it there is nothing staged",
    (text) => {
      expect(unpackStaged(text)).toEqual(NOTHING_STAGED);
    },
  );
});
