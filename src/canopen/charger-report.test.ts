// What a CiA 419 charger's status becomes for the core.

import { describe, expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { EQUIPMENT_SIGNALS } from "../model/signals-equipment.ts";
import { createChargerReports } from "./application.ts";
import { chargerReport, createChargerTold } from "./charger-report.ts";

const withSet = (pdoSet: "vendor" | "cia418" | "both") => {
  const settings = createSettings();
  settings.canopen.pdoSet = pdoSet;
  settings.equipment.chargerTimeout_ms = 3000;
  return settings;
};

/** The charger writes its status, and what is told of it. */
function createBench(pdoSet: "vendor" | "cia418" | "both") {
  const charger = createChargerReports();
  const told = createChargerTold();
  const settings = withSet(pdoSet);
  return (now_ms: number, status?: number) => {
    if (status !== undefined) Object.assign(charger, { status, count: charger.count + 1 });
    return chargerReport(charger, told, settings, now_ms * 1000);
  };
}

const codeOf = (word: (typeof EQUIPMENT_SIGNALS.chargerStatus.codes)[number]): number =>
  EQUIPMENT_SIGNALS.chargerStatus.codes.indexOf(word);

describe("a charger that writes 6001h", () => {
  test.each(["cia418", "both"] as const)("is online with the set %s, and charges with bit 0", (set) => {
    const at = createBench(set);
    expect(at(0)).toBeUndefined();
    expect(at(10, 0xfe)).toEqual({ kind: "charger", online: true, report: { status: codeOf("no charge") } });
    expect(at(20, 0x01)).toEqual({ kind: "charger", online: true, report: { status: codeOf("charge") } });
  });

  test("is told again only after a third of its time-out, however often it writes, and never while it is silent", () => {
    const at = createBench("cia418");
    expect(at(0, 1)).toBeDefined();
    for (let now_ms = 10; now_ms < 1000; now_ms += 10) expect(at(now_ms, 1)).toBeUndefined();
    expect(at(1000, 1)).toBeDefined();
    for (let now_ms = 1010; now_ms < 9000; now_ms += 10) expect(at(now_ms)).toBeUndefined();
    expect(at(9000, 1)).toBeDefined();
  });

  test("is none where the vendor's PDOs alone are in use", () => {
    expect(createBench("vendor")(10, 1)).toBeUndefined();
  });
});
