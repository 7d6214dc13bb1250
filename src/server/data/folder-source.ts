// A data folder as a source of the past: its logs, its journal (read on from where it was read to), its freeze-frames, and the
// history of its settings. It only reads, and the device goes on meanwhile.

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { compressPlain, compressRecorder } from "../../device/log-compression.ts";
import { readFrame, readFrameList, readHistory, readJournal, readRevision } from "../../device/store-reader.ts";
import { finishedCopy } from "../../log/finished-copy.ts";
import { joined } from "../../log/joined.ts";
import type { JournalEntry } from "../../model/events.ts";
import type { SettingValue } from "../../model/settings.ts";
import type { DataSource } from "../../monitor/data/source.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { LogCopy } from "./data-messages.ts";
import { FolderLogs } from "./folder-logs.ts";

const WANTED_REVISIONS = 100;
/** As many as the journal keeps are kept here. */
const MOST_ENTRIES = 20_000;

export class FolderSource {
  readonly #folder: string;
  readonly #logs: FolderLogs;
  #entries: JournalEntry[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    this.#logs = new FolderLogs(folder);
  }

  /** As it stands now. */
  read(): DataSource {
    return {
      ...this.#logs.look(),
      crc: crc32,
      journal: this.#journal(),
      kept: {
        list: () => readFrameList(this.#folder),
        read: (sequence) => readFrame(this.#folder, sequence),
      },
    };
  }

  /** @param setup under which name the store keeps the settings */
  revisions({ limit = WANTED_REVISIONS }: Input<"revisions">, setup: string): Reply<AnswerTo<"revisions">> {
    const revisions = readHistory(this.#folder, setup, limit);
    return {
      ok: true,
      answer: { revisions: revisions.map(({ changes, ...rest }) => ({ ...rest, changes: [...changes] })) },
    };
  }

  revision({ revision }: Input<"revision">, setup: string): Reply<AnswerTo<"revision">> {
    const values = readRevision(this.#folder, setup, revision);
    if (values === undefined) return refuse("unknown", `there is no revision ${revision}, or it is no longer kept`);
    return { ok: true, answer: { values: values as Record<string, SettingValue> } };
  }

  /** @param name one of those that `logs` tells: nothing else is looked for on the disk */
  copy({ name }: { readonly name: string }): Reply<LogCopy> {
    const found = this.#logs.refresh().find((log) => log.name === name);
    if (found === undefined) return refuse("unknown", "there is no log of this name");
    if (found.log.isFinished) return { ok: true, answer: { path: join(this.#logs.path, found.name) } };
    const parts = finishedCopy(found, { plain: compressPlain, recorder: compressRecorder });
    if (parts === undefined) return refuse("unavailable", "the log has hardly begun: there is nothing in it yet");
    return { ok: true, answer: { bytes: joined(parts) } };
  }

  close(): void {
    this.#logs.close();
  }

  /** A journal that was begun anew, or whose last entry is another, is read from its beginning. */
  #journal(): readonly JournalEntry[] {
    const last = this.#entries.at(-1);
    const next = readJournal(this.#folder, last === undefined ? {} : { from: last.sequence });
    if (last === undefined) this.#entries = next;
    else if (next[0]?.hash === last.hash) this.#entries.push(...next.slice(1));
    else this.#entries = readJournal(this.#folder);
    if (this.#entries.length > MOST_ENTRIES) this.#entries.splice(0, this.#entries.length - MOST_ENTRIES);
    return this.#entries;
  }
}
