// What history, events and explanations are read from: logs, and what a store keeps beside them. A device's data folder has both,
// files that somebody dropped into a page are logs alone, and a pack in a page has them in memory.

import type { NamedLog } from "../../log/chunk-columns.ts";
import { fileOfMessages } from "../../log/finished-copy.ts";
import type { Crc } from "../../log/readable-part.ts";
import { memoryLog, spanOf } from "../../log/tailed-log.ts";
import type { LogIdentity } from "../../log/topics.ts";
import type { JournalEntry } from "../../model/events.ts";
import { SECRET_SETTINGS } from "../../model/secrets.ts";
import { getSetting, SETTING_LIST, type Settings, type SettingValue } from "../../model/settings.ts";
import { type KeptFrames, NO_FRAMES } from "../../replay/evidence.ts";
import type { VirtualPack } from "../../virtual/virtual-pack.ts";
import type { AnswerTo } from "../schemas.ts";

export type DataSource = {
  /** Oldest first. */
  readonly logs: readonly NamedLog[];
  /** As a store has it, oldest first; undefined where there are only logs. */
  readonly journal: readonly JournalEntry[] | undefined;
  readonly kept: KeptFrames;
  /** Files of which nothing can be read, though their names say that they are logs. */
  readonly unreadable?: readonly UnreadableLog[];
  /** A fast one, where there is one. */
  readonly crc?: Crc;
};

export type UnreadableLog = { readonly name: string; readonly bytes: number; readonly reason: string };

/** Files alone. */
export const sourceOfLogs = (logs: readonly NamedLog[]): DataSource => ({
  logs: [...logs].sort((a, b) => a.log.first_us - b.log.first_us),
  journal: undefined,
  kept: NO_FRAMES,
});

/** What a pack in memory has written down so far. */
export function sourceOfPack(pack: VirtualPack): DataSource {
  const { log, entries, frames } = pack;
  return {
    logs: [{ ...memoryLog(log, identityOf(pack)), name: "memory" }],
    journal: entries,
    kept: { list: () => [...frames.keys()].sort((a, b) => a - b), read: (sequence) => frames.get(sequence) },
  };
}

/** The same as a log file, in parts. */
export const fileOfPack = (pack: VirtualPack): Uint8Array[] =>
  fileOfMessages(pack.log, identityOf(pack), JSON.stringify(withoutSecrets(pack.device.bms.settings)));

function withoutSecrets(settings: Settings): Record<string, SettingValue> {
  const shown = SETTING_LIST.filter(({ name }) => !SECRET_SETTINGS.includes(name));
  return Object.fromEntries(shown.map(({ name }) => [name, getSetting(settings, name)!]));
}

function identityOf({ base_us, device }: VirtualPack): LogIdentity {
  return {
    ...{
      manufacturer: "",
      program: "",
      pack: "bench",
      setup: device.run.scenario.name,
      clock: "free-running",
      speed: 1,
    },
    ...{ serialNumber: device.bms.settings.user.serialNumber, began_us: base_us },
  };
}

type LogTold = Omit<AnswerTo<"logs">["logs"][number], "damage" | "isChecked">;

export function tellLog(named: NamedLog, bytes: number): LogTold {
  const { log, name } = named;
  const channels = [...log.topics].flatMap(([id, topic]) => (topic === "/recorder/inputs" ? [id] : []));
  return {
    ...{ name, bytes, ...spanOf(named), isFinished: log.isFinished },
    serialNumber: log.identity.serialNumber,
    hasRecorder:
      named.tail.some(({ topic }) => topic === "/recorder/inputs") ||
      log.chunks.some(({ indexes }) => indexes.size === 0 || channels.some((id) => indexes.has(id))),
  };
}
