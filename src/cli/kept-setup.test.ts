// Which setup record, journal, settings and bundle speak of, in folders of a device that was run with scenarios.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";
import { createBms } from "../core/bms.ts";
import { saveKept } from "../core/saved-state.ts";
import { Store } from "../device/store.ts";
import { createSettings } from "../model/settings.ts";
import { chooseSetup, settingsMadeWith } from "./kept-setup.ts";
import { loadScenario } from "./scenario-file.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-setup-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

/** A folder in which setups have been run: each has a state and a changed setting. */
function folderOf(...setups: readonly string[]): string {
  const folder = mkdtempSync(join(ROOT, "data-"));
  const store = Store.open(folder);
  for (const setup of setups) {
    const base = setup === "scenario winter-night" ? loadScenario("winter-night").settings : createSettings();
    const device = saveKept(createBms(base));
    store.keep(setup, { "user.serialNumber": `of ${setup}` }, { wall_ms: 0, actor: "anna" });
    store.save(setup, { pack: "model 1", saved_ms: 1_000_000, device, world: new Uint8Array(1) });
  }
  store.close();
  return folder;
}

test("where only a scenario was run, record, journal, settings and bundle speak of it without being told", async () => {
  const folder = folderOf("scenario winter-night");
  expect((await bms("record", folder)).stdout).toContain("of scenario winter-night");
  expect((await bms("journal", folder, "--settings")).stdout).toContain("user.serialNumber");
  expect((await bms("settings", "print", folder, "--changed")).stdout).toContain("of scenario winter-night");
  expect((await bms("settings", "print", "--data", folder)).stdout).toContain("of scenario winter-night");
  const { names } = JSON.parse((await bms("bundle", folder, "-o", join(folder, "b.tgz"), "--json")).stdout);
  expect(names).toContain("b/battery-record-scenario-winter-night.json");
});

test("the device as it is comes before scenarios; a scenario is chosen by its name", async () => {
  const folder = folderOf("default", "scenario winter-night");
  expect((await bms("record", folder)).stdout).toContain("of default");
  expect((await bms("record", folder, "--scenario", "winter-night")).stdout).toContain("of scenario winter-night");
  const { stdout } = await bms("journal", folder, "--settings", "--scenario", "winter-night");
  expect(stdout).toContain("of scenario winter-night");
});

test("where several scenarios were run, or another is asked for, those there are are named with the option", async () => {
  const folder = folderOf("scenario winter-night", "scenario mine");
  const several = `${folder} keeps scenario mine, scenario winter-night: choose one with --scenario`;
  await expect(chooseSetup(folder, undefined)).rejects.toThrow(several);
  const other = `${folder} keeps nothing of scenario "summer", but scenario mine, scenario winter-night`;
  await expect(chooseSetup(folder, "summer")).rejects.toThrow(other);
  for (const words of [["record"], ["journal", "--settings"], ["settings", "print"]])
    expect(await bms(...words, folder)).toMatchObject({ status: 2, stderr: `bms: ${several}\n` });
});

test("a scenario of one's own is known by its file, and asked for where that is needed", async () => {
  const folder = folderOf("scenario mine");
  const file = join(folder, "mine.yaml");
  const text = readFileSync(new URL("../sim/scenarios/winter-night.yaml", import.meta.url), "utf8");
  writeFileSync(file, text.replace(/^name: .*$/m, "name: mine"));
  expect(await chooseSetup(folder, file)).toBe("scenario mine");
  expect((await settingsMadeWith("scenario mine", file)).battery.cells).toBeGreaterThan(0);
  await expect(settingsMadeWith("scenario mine", undefined)).rejects.toThrow("name its file with --scenario");
  const { leftOut } = JSON.parse((await bms("bundle", folder, "-o", join(folder, "b.tgz"), "--json")).stdout);
  expect(leftOut).toEqual([
    {
      name: "battery-record-scenario-mine.json",
      reason: 'scenario "mine" is none of ours: name its file with --scenario',
    },
  ]);
});

test("of a folder in which nothing was kept the device as it is is meant", async () => {
  expect(await chooseSetup(join(ROOT, "nowhere"), undefined)).toBe("default");
  await expect(chooseSetup(join(ROOT, "nowhere"), "x")).rejects.toThrow("nothing of any");
});
