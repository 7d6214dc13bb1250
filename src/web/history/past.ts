// Where a page reads the past from: the device it is connected to, or the log files that are open in it. Both answer alike.

import type { SettingValue } from "../../model/settings.ts";
import type { DataName } from "../../monitor/data/answers.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { Files } from "../state/files.ts";
import type { Monitor } from "../state/monitor.ts";
import type { NamedBlob } from "../worker/file-messages.ts";
import type { View } from "./view.ts";

export type Past = {
  readonly kind: "device" | "files";
  /** Some of it cannot be read. */
  readonly isDamaged: () => boolean;
  readonly ask: <K extends DataName>(name: K, input: Input<K>, signal?: AbortSignal) => Promise<AnswerTo<K>>;
  /** The log files that a stretch can be played again from. */
  readonly blobs: (stretch: View, signal: AbortSignal, tell: (name: string) => void) => Promise<readonly NamedBlob[]>;
  /** Settings in force, or as the newest file begins with them. */
  readonly settings: () => Promise<Readonly<Record<string, SettingValue>>>;
};

/** A recording begins anew at least so often: so far back may lie where the playing begins. */
const LOOK_BACK_us = 1_820_000_000;

export const pastOfDevice = (monitor: Monitor, isDamaged: () => boolean): Past => ({
  ...{ kind: "device", isDamaged },
  ask: (name, input, signal) => monitor.ask(name, input, signal),
  settings: async () => (await monitor.ask("settings", {})).values,
  blobs: async ({ from_us, to_us }, signal, tell) => {
    const { logs } = await monitor.ask("logs", {});
    const needed = logs.filter(
      (log) => log.hasRecorder && log.first_us < to_us && log.last_us >= from_us - LOOK_BACK_us,
    );
    const blobs: NamedBlob[] = [];
    for (const { name } of needed) {
      tell(name);
      const blob = await monitor.link.log?.(name, signal);
      if (blob !== undefined) blobs.push({ name, blob });
    }
    return blobs;
  },
});

export const pastOfFiles = (files: Files): Past => ({
  kind: "files",
  isDamaged: () => files.damaged().length > 0,
  ask: files.ask,
  settings: files.settings,
  blobs: async () => files.open(),
});

/** First and last time of all logs; undefined where there is none. */
export async function extentOf(past: Past): Promise<View | undefined> {
  const { logs } = await past.ask("logs", {});
  const readable = logs.filter(({ last_us }) => last_us > 0); // of a damaged file there may be no chunk left
  if (readable.length === 0) return undefined;
  return {
    from_us: Math.min(...readable.map(({ first_us }) => first_us)),
    to_us: Math.max(...readable.map(({ last_us }) => last_us)) + 1,
  };
}
