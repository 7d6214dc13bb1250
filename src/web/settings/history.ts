// The revisions of a device's settings, newest first, and the settings that stood at each of them and before the first.

import { type Accessor, createEffect, createSignal, on } from "solid-js";
import { reapply } from "../../model/kept-settings.ts";
import { copySettings, getSetting, putSetting, SETTING_BY_NAME, type Settings } from "../../model/settings.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import type { Monitor } from "../state/monitor.ts";
import { isSecret, type SettingsDesk } from "./settings-desk.ts";

export type Revision = AnswerTo<"revisions">["revisions"][number];
export type History = ReturnType<typeof createHistory>;

const PORTION = 10;
const MOST = 100;

export function createHistory(monitor: Monitor, desk: SettingsDesk) {
  const [revisions, setRevisions] = createSignal<readonly Revision[]>();
  const [limit, setLimit] = createSignal(PORTION);
  createEffect(
    on([() => desk.inForce()?.key, limit], ([key]) => {
      if (key === undefined) return;
      void monitor
        .ask("revisions", { limit: limit() })
        .then((answer) => setRevisions(answer.revisions))
        .catch(() => setRevisions(revisions() ?? []));
    }),
  );
  const all: Accessor<readonly Revision[]> = () => revisions() ?? [];
  const isWhole = (): boolean => all().length < limit() || limit() >= MOST;
  return {
    all,
    /** Whether it has been asked for with or without success. */
    isKnown: (): boolean => revisions() !== undefined,
    isWhole,
    showMore: () => setLimit(Math.min(MOST, 5 * limit())),
    /** The oldest that is kept: before it lies what no revision tells. */
    oldest: (): Revision | undefined => (isWhole() ? all().at(-1) : undefined),
    settingsAt: async ({ revision }: Revision): Promise<Settings> => {
      const { values } = await monitor.ask("revision", { revision });
      return reapply(desk.inForce()!.made, values).settings;
    },
  };
}

/** Settings without what a revision changed. Secrets are not told and stay; what was not known goes to what the device was made with. */
export function withoutRevision(settings: Settings, { changes }: Revision, made: Settings): Settings {
  const target = copySettings(settings);
  for (const { name, from } of changes) {
    if (SETTING_BY_NAME.has(name) && !isSecret(name)) putSetting(target, name, from ?? getSetting(made, name)!);
  }
  return target;
}
