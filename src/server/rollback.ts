// Goes back to the settings of a revision: what differed then is in the data folder, what is in force the device knows, and what
// leads from one to the other it judges and changes like any other set of changes.

import { changesBack } from "../monitor/changes-towards.ts";
import type { Who } from "../monitor/desk-host.ts";
import type { Reply } from "../monitor/problem.ts";
import type { AnswerTo, Input } from "../monitor/schemas.ts";
import type { DataDesk, DeviceLink } from "./answerers.ts";

/** Settings that somebody else changes meanwhile are a conflict, also without a key of the asker's own. */
export async function rollBack(
  { device, data }: { readonly device: DeviceLink; readonly data: DataDesk },
  { revision, settingsKey: seen }: Input<"rollback">,
  who: Who,
): Promise<Reply<AnswerTo<"rollback">>> {
  const then = await data.ask("revision", { revision }, who);
  if (!then.ok) return then;
  const now = await device.ask("settings", {}, who);
  if (!now.ok) return now;
  const { values, made } = now.answer;
  const changes = { ...changesBack(values, { ...made, ...then.answer.values }) };
  return device.ask("applySettings", { changes, settingsKey: seen ?? now.answer.settingsKey }, who);
}
