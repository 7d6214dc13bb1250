// What a server reads from the data folder, here out of the memory of the virtual pack.

import { differences } from "../../model/kept-settings.ts";
import { withoutSecrets } from "../../model/secrets.ts";
import { createSettings, type SettingValue } from "../../model/settings.ts";
import { changesBack } from "../../monitor/changes-towards.ts";
import { answerSteps, type DataCache, type DataName } from "../../monitor/data/answers.ts";
import { sourceOfPack } from "../../monitor/data/source.ts";
import type { OperationName } from "../../monitor/operations.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { Clock } from "../../virtual/loop.ts";
import type { VirtualPack } from "../../virtual/virtual-pack.ts";
import { runSteps } from "./stepping.ts";

type Done = (reply: Reply<unknown>) => void;
type Handler = (pack: VirtualPack, input: never) => Reply<unknown>;

/** A pack's past: what it keeps, and what was read of it before. */
export type Memory = { readonly pack: VirtualPack; readonly cache: DataCache; readonly clock: Clock };

const READ: readonly (OperationName & DataName)[] = ["logs", "history", "events", "journal", "explanation"];

/** Answers what is by "data", in steps between the ticks; the rest is not for a page without a server. */
export function askMemory({ pack, cache, clock }: Memory, name: OperationName, input: unknown, done: Done): void {
  const read = READ.find((each) => each === name);
  const handler = HANDLERS[name];
  if (read !== undefined) {
    const steps = answerSteps(cache, sourceOfPack(pack), read, input as never);
    const later = (act: () => void): void => clock.at(clock.now_us(), act);
    runSteps<Reply<unknown>>(steps, later, () => clock.now_us() / 1000, done);
  } else
    done(handler === undefined ? refuse("unavailable", "only a server can do this") : handler(pack, input as never));
}

/** What leads back to a revision, for the desk to apply. */
export function changesOfRollback(
  pack: VirtualPack,
  { revision }: Input<"rollback">,
): Reply<Record<string, SettingValue>> {
  const found = revisionOf(pack, { revision });
  if (!found.ok) return found;
  const inForce = differences(createSettings(), pack.device.bms.settings);
  return { ok: true, answer: { ...changesBack(inForce, found.answer.values) } };
}

const HANDLERS: Readonly<Partial<Record<OperationName, Handler>>> = {
  session: () => ({ ok: true, answer: { name: "you", role: "owner", needsOwner: false, csrf: "" } }),
  revisions: ({ revisions }, { limit = 100 }: Input<"revisions">) => {
    const newest = revisions.slice(-limit).reverse();
    return { ok: true, answer: { revisions: newest.map(({ revision }) => revision) } };
  },
  revision: revisionOf,
};

/** Revision 0 is the pack as it was made. */
function revisionOf({ made, revisions }: VirtualPack, { revision }: Input<"revision">): Reply<AnswerTo<"revision">> {
  const found = revision === 0 ? made : revisions.find((each) => each.revision.revision === revision)?.settings;
  if (found === undefined) return refuse("unknown", `there is no revision ${revision}`);
  const values = withoutSecrets(differences(createSettings(), found)) as Record<string, SettingValue>;
  return { ok: true, answer: { values } };
}
