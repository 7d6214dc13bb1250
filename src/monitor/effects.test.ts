// What the preview of changed settings says: what would trip, open, close, be limited and be balanced as the pack stands now. The
// words are held against what the device then does.

import { describe, expect, test } from "vitest";
import { answerTo, createDeskRig, type DeskRig, run } from "../../tests/rigs/desk.ts";
import type { SettingValue } from "../model/settings.ts";

type Changes = Readonly<Record<string, SettingValue>>;

const preview = (rig: DeskRig, changes: Changes): string[] => {
  const { violations, effects } = answerTo(rig, "checkSettings", { changes });
  expect(violations).toEqual([]);
  return effects.map(({ kind, text }) => `${kind}: ${text}`);
};
const tripTimes = ({ pack }: DeskRig, fault: string): number[] =>
  pack.entries.filter(({ code, subject }) => code === "tripped" && subject === fault).map(({ uptime_s }) => uptime_s);

/** Cells are at 3.3 V on the bench: every tier down to just under that. */
const LOW_TIERS: Changes = {
  "battery.chargeVoltage_V": 3.12,
  "socEstimation.fullVoltage_V": 3.1,
  "protections.voltageTooHigh.limit_V": 3.15,
  "protections.voltageTooHigh.tolerant_V": 3.1,
  "protections.overvoltage.tolerant_V": 3.1,
  "protections.overvoltage.limit_V": 3.2,
};

describe("a limit moved to the other side of what is measured", () => {
  test("is said to trip after its delay, with cell, value, limit and contactor, and does so", () => {
    const rig = createDeskRig();
    const said = preview(rig, LOW_TIERS).find((text) => text.startsWith("trips: Overvoltage"));
    expect(said).toMatch(
      /^trips: Overvoltage would trip after 1\.00 s and open the charging contactor( at once| [\d.]+ s later): now cell \d+ at 3\.\d{3} V, over 3\.200 V\.$/,
    );
    expect(tripTimes(rig, "overvoltage")).toEqual([]);
    const applied_s = rig.pack.device.run.time_us / 1e6;
    answerTo(rig, "applySettings", { changes: LOW_TIERS });
    run(rig, 3);
    expect(tripTimes(rig, "overvoltage")[0]! - applied_s).toBeCloseTo(1, 1);
    const { device } = rig.pack;
    const open_s = /open the charging contactor ([\d.]+) s later/.exec(said!)?.[1];
    run(rig, Number(open_s ?? 0));
    expect(device.bms.decide.contactors.charge.on).toBe(0);
  });

  test("on the near side says nothing", () => {
    const rig = createDeskRig();
    expect(preview(rig, { "protections.overvoltage.limit_V": 3.7 })).toEqual([]);
  });

  test("with the protection switched off says nothing", () => {
    const rig = createDeskRig();
    const off = preview(rig, { ...LOW_TIERS, "protections.overvoltage.enable": false });
    expect(off.filter((text) => text.includes("Overvoltage"))).toEqual([]);
  });

  test("back over it would clear what is set, and does so", () => {
    const rig = createDeskRig();
    answerTo(rig, "applySettings", { changes: LOW_TIERS });
    run(rig, 3);
    const back = {
      ...{ "battery.chargeVoltage_V": 3.55, "protections.voltageTooHigh.limit_V": 3.6 },
      ...{ "protections.overvoltage.limit_V": 3.65, "protections.overvoltage.tolerant_V": 3.5 },
    };
    const said = preview(rig, back).find((text) => text.startsWith("clears: Overvoltage"));
    const after_s = Number(/clear after ([\d.]+) s/.exec(said ?? "")?.[1]);
    answerTo(rig, "applySettings", { changes: back });
    run(rig, after_s - 0.05);
    expect(rig.pack.device.bms.protect.active.overvoltage).toBe(1);
    run(rig, 0.1);
    expect(rig.pack.device.bms.protect.active.overvoltage).toBe(0);
  });
});

describe("limits of current", () => {
  test("are told before and after, and stand there afterwards", () => {
    const rig = createDeskRig(60);
    const changes = { "dischargeMap.maximum_A": 40, "protections.overcurrentDischarge.tolerant_A": 40 };
    const said = preview(rig, changes).find((text) => text.startsWith("limit: Discharge"));
    expect(said).toMatch(/^limit: Discharge limit now: [\d.]+ A → 40\.0 A, limited by maximum current\.$/);
    answerTo(rig, "applySettings", { changes });
    run(rig, 1);
    expect(rig.pack.device.bms.estimate.dischargeLimit_A).toBe(40);
  });
});

describe("contactors by wish", () => {
  test("that nothing would ask for any more are said to open after their delay, and do so", () => {
    const rig = createDeskRig();
    const changes = { "discharge.algorithm": "onDischargeRequest", "discharge.stopDelay_ms": 400 };
    expect(preview(rig, changes)).toContain(
      "opens: The discharging contactor would open after 0.40 s: nothing asks for it any more.",
    );
    answerTo(rig, "applySettings", { changes });
    run(rig, 0.3);
    expect(rig.pack.device.bms.decide.contactors.discharge.on).toBe(1);
    run(rig, 0.2);
    expect(rig.pack.device.bms.decide.contactors.discharge.on).toBe(0);
  });
});

describe("balancing", () => {
  test("that would start is told with its cells, and those are then balanced", () => {
    const rig = createDeskRig(60);
    const changes = {
      ...{ "balancing.rule": "always", "balancing.start_V": 3.0 },
      ...{ "balancing.startDeviation_V": 0.002, "balancing.stopDeviation_V": 0.001 },
    };
    const said = preview(rig, changes).find((text) => text.startsWith("note: Balancing would start"));
    const cells = /cells? ([\d, ]+)\./
      .exec(said ?? "")![1]!
      .split(", ")
      .map(Number);
    answerTo(rig, "applySettings", { changes });
    run(rig, 0.5);
    const { balanceMask } = rig.pack.device.bms.decide;
    expect(cells.filter((cell) => balanceMask[cell - 1] === 1).length / cells.length).toBeGreaterThan(0.7);
  });
});

test("a preview leaves the device as it is, bit for bit", () => {
  const looked = createDeskRig();
  const left = createDeskRig();
  preview(looked, LOW_TIERS);
  preview(looked, {
    "dischargeMap.maximum_A": 40,
    "balancing.start_V": 3.0,
    "discharge.algorithm": "onDischargeRequest",
  });
  run(looked, 2);
  run(left, 2);
  expect(looked.pack.device.bms.estimate).toEqual(left.pack.device.bms.estimate);
  expect(looked.pack.device.bms.decide).toEqual(left.pack.device.bms.decide);
  expect(looked.pack.device.bms.commands).toEqual(left.pack.device.bms.commands);
});
