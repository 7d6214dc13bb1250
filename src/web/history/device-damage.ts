// Which logs of the device are damaged: the server looks through all of them, the newest first, a part with each answer. It is asked when
// what the page shows is there, so that nobody waits for it.

import { createEffect, createSignal, on, onCleanup } from "solid-js";
import type { AnswerTo } from "../../monitor/schemas.ts";
import type { Monitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { damageText } from "./damage-text.ts";

type LogTold = AnswerTo<"logs">["logs"][number];

/** @param isDue whether it is time to ask; asked once, until it is not due any more */
export function createDeviceDamage(monitor: Monitor, isDue: () => boolean) {
  const [told, setTold] = createSignal<readonly string[]>([]);
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    for (let isChecked = false; !isChecked; ) {
      const { logs } = await monitor.ask("logs", { check: true }, ended.signal);
      setTold(logs.flatMap(sentenceOf));
      isChecked = logs.every((log) => log.isChecked);
    }
  };
  createEffect(on(isDue, (due, wasDue) => due && wasDue !== true && void look().catch(() => undefined)));
  onCleanup(() => ended.abort());
  /** A sentence for each. */
  return told;
}

function sentenceOf({ name, damage }: LogTold): readonly string[] {
  if (damage === null) return [];
  const { between, ...part } = damage;
  if (part.chunks === 0 && between?.offset === 0) return [texts.history.notALog(name, between.reason)];
  return [damageText(name, { ...part, damage: between ?? undefined })];
}
