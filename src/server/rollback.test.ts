// Going back to a revision over the interface, with a device that has settings and a data folder that remembers some.

import { expect, test } from "vitest";
import { answerTo, askAt, createDeskRig, SERVICE } from "../../tests/rigs/desk.ts";
import { createMonitorRig, headersOf } from "../../tests/rigs/monitor-app.ts";
import { refuse } from "../monitor/problem.ts";
import type { DataDesk, DeviceLink } from "./answerers.ts";
import { BASE } from "./openapi.ts";

const LIMIT = "protections.overvoltage.limit_V";
/** What differed from the defaults: revision 1 another chemistry and a limit of its own, revision 2 nothing. */
const REVISIONS: Readonly<Record<number, Record<string, string | number>>> = {
  1: { "cell.chemistry": "NMC", [LIMIT]: 4.21, "user.serialNumber": "SN 1" },
  2: {},
};

async function start() {
  const desk = createDeskRig(0.1);
  const ask = async (name: never, input: never, who: never) => askAt(desk, name, input, who);
  const device = { ask, tell: () => {} } as unknown as DeviceLink;
  const revisionOf = async (_: string, { revision }: { readonly revision: number }) =>
    REVISIONS[revision] === undefined
      ? refuse("unknown", `there is no revision ${revision}`)
      : { ok: true, answer: { values: REVISIONS[revision] } };
  const rig = await createMonitorRig("people", { device, data: { ask: revisionOf } as unknown as DataDesk });
  const rollBack = async (payload: object, role: "viewer" | "operator" | "service" = "service") =>
    await rig.inject({
      method: "POST",
      url: `${BASE}/settings/rollback`,
      headers: headersOf(rig, role, "token"),
      payload,
    });
  const inForce = () => answerTo(desk, "settings", {}, SERVICE);
  return { rig, desk, rollBack, inForce };
}

test("exactly the settings of the revision are in force again, whatever presets fill in between; secrets stay", async () => {
  const { rig, desk, rollBack, inForce } = await start();
  const plain = inForce().values;
  answerTo(desk, "applySettings", { changes: { "user.serialNumber": "SN 9" } });
  const there = await rollBack({ revision: 2 });
  expect(there.statusCode, there.body).toBe(200);
  expect(there.json().changes).toEqual([{ name: "user.serialNumber", from: "SN 9", to: plain["user.serialNumber"] }]);
  expect(inForce().values).toEqual(plain);
  const { settingsKey } = inForce();
  expect(there.json().settingsKey).toBe(settingsKey);
  await rig.close();
});

test("a revision that is none, settings that moved meanwhile, and a lesser role are refused and change nothing", async () => {
  const { rig, desk, rollBack, inForce } = await start();
  const { settingsKey } = inForce();
  answerTo(desk, "applySettings", { changes: { "user.serialNumber": "SN 9" } });
  expect((await rollBack({ revision: 7 })).statusCode).toBe(404);
  expect((await rollBack({ revision: 2, settingsKey })).statusCode).toBe(409);
  expect((await rollBack({ revision: 2 }, "operator")).statusCode).toBe(403);
  expect(inForce().values["user.serialNumber"]).toBe("SN 9");
  await rig.close();
});
