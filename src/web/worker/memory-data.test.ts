// The way back of a virtual pack: its revisions, and the pack as it was made.

import { expect, test } from "vitest";
import { askAt, createDeskRig } from "../../../tests/rigs/desk.ts";
import { changesOfRollback } from "./memory-data.ts";

test("revision 0 of a virtual pack is the pack as it was made, before and after its first change", () => {
  const rig = createDeskRig(0.1);
  expect(changesOfRollback(rig.pack, { revision: 0 })).toEqual({ ok: true, answer: {} });
  const { start_V } = rig.pack.device.bms.settings.balancing;
  expect(askAt(rig, "applySettings", { changes: { "balancing.start_V": 3.45 } }).ok).toBe(true);
  expect(changesOfRollback(rig.pack, { revision: 0 })).toEqual({ ok: true, answer: { "balancing.start_V": start_V } });
  expect(changesOfRollback(rig.pack, { revision: 1 })).toEqual({ ok: true, answer: {} });
  expect(changesOfRollback(rig.pack, { revision: 2 }).ok).toBe(false);
});
