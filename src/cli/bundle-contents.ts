// What goes into a support bundle: everything that helps to understand a device, and nothing that opens a door. Secret
// settings and accounts stay at home; texts of the journal that could repeat a secret are cut; a log in which a secret is
// found is left out.

import { readdirSync, statSync } from "node:fs";
import { arch, cpus, release, totalmem, uptime } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../base/error-text.ts";
import { readRecord } from "../device/kept-record.ts";
import { DATABASE_FILE, peek } from "../device/store.ts";
import { readHistory, readJournal } from "../device/store-reader.ts";
import { reading } from "../device/store-reading.ts";
import { readSettings } from "../device/store-settings.ts";
import { programOf } from "../device/version.ts";
import type { JournalEntry } from "../model/events.ts";
import { SECRET, SECRET_SETTINGS, withoutSecrets } from "../model/secrets.ts";
import { recordJson } from "../monitor/record-json.ts";
import { DEFAULT_SETUP, settingsMadeWith, setupsIn, setupsOf } from "./kept-setup.ts";
import { checkJournal, checkStore } from "./store-check.ts";

/** A text file of the bundle. */
export type BundleText = { readonly name: string; readonly text: string };

/** What was asked for and is not in the bundle, and why. */
export type LeftOut = { readonly name: string; readonly reason: string };

/** Secrets shorter than this are not searched for in texts and logs: they would be found everywhere. */
const LEAST_SEARCHED = 4;
const REMOVED = "(removed)";

/** The values of secret settings in any setup of the store, those long enough to be searched for. */
export function secretsOf(folder: string): readonly string[] {
  const setups = storedSettings(folder);
  const values = Object.values(setups).flatMap((kept) => SECRET_SETTINGS.map((name) => kept[name]));
  return [
    ...new Set(values.filter((value) => typeof value === "string" && value.length >= LEAST_SEARCHED)),
  ] as string[];
}

type Kept = ReturnType<typeof readSettings>;

function allSettings(database: DatabaseSync): Readonly<Record<string, Kept>> {
  return Object.fromEntries(setupsIn(database).map((setup) => [setup, readSettings(database, setup)]));
}

const storedSettings = (folder: string): Readonly<Record<string, Kept>> =>
  orElse({}, () => reading(join(folder, DATABASE_FILE), {}, allSettings));

/** The settings of every setup as changes by name, and their history; without secrets. */
export function settingsText(folder: string): BundleText {
  const setups = storedSettings(folder);
  const shown = Object.entries(setups).map(([setup, kept]) => [
    setup,
    { changes: withoutSecrets(kept), history: orElse([], () => readHistory(folder, setup)) },
  ]);
  return { name: "settings.json", text: `${JSON.stringify(Object.fromEntries(shown), null, 2)}\n` };
}

function orElse<T>(otherwise: T, act: () => T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

/**
 * The last entries of the journal, one a line, as they are, so that their chain of hashes can be verified. Where a text
 * could repeat a secret setting, because it does not say that it left it out, only the fact remains.
 */
export function journalText(folder: string, limit: number): BundleText & { readonly entries: number } {
  const entries = orElse([], () => readJournal(folder, { limit }));
  return {
    name: "journal.jsonl",
    text: entries.map((entry) => `${JSON.stringify(withoutSecretText(entry))}\n`).join(""),
    entries: entries.length,
  };
}

function withoutSecretText(entry: JournalEntry): object {
  if (entry.text.includes(SECRET)) return entry;
  const named = SECRET_SETTINGS.find((name) => entry.subject === name || entry.text.includes(name));
  return named === undefined ? entry : { ...entry, text: `${named} ${REMOVED}` };
}

export type About = { readonly created_ms: number; readonly leftOut: readonly LeftOut[] };

/** Versions, the machine, the files of the data folder, and whether store and journal are sound. */
export function aboutText(folder: string, { created_ms, leftOut }: About): BundleText {
  const about = {
    created: new Date(created_ms).toISOString(),
    program: programOf(),
    node: process.version,
    platform: `${process.platform} ${release()} ${arch()}`,
    processors: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
    memory_MB: Math.round(totalmem() / 1e6),
    machineUptime_s: Math.round(uptime()),
    store: checkStore(folder),
    journal: checkJournal(folder),
    files: filesOf(folder),
    removed: ["accounts", ...SECRET_SETTINGS],
    leftOut,
  };
  return { name: "about.json", text: `${JSON.stringify(about, null, 2)}\n` };
}

function filesOf(folder: string): readonly object[] {
  return orElse([], () => readdirSync(folder, { recursive: true, encoding: "utf8" }))
    .sort()
    .flatMap((name) =>
      orElse([], () => {
        const { size, mtime, isFile } = statOf(join(folder, name));
        return isFile ? [{ name, size, modified: mtime.toISOString() }] : [];
      }),
    );
}

function statOf(path: string): { readonly size: number; readonly mtime: Date; readonly isFile: boolean } {
  const found = statSync(path);
  return { size: found.size, mtime: found.mtime, isFile: found.isFile() };
}

export type BundleRecords = { readonly texts: readonly BundleText[]; readonly leftOut: readonly LeftOut[] };

/** The battery records as they were saved last: of the device as it is, and of each scenario it was run with. */
export async function recordTexts(folder: string): Promise<BundleRecords> {
  const texts: BundleText[] = [];
  const leftOut: LeftOut[] = [];
  const saved = (setup: string): boolean => peek(folder, setup)?.saved !== undefined;
  for (const setup of orElse([], () => setupsOf(folder).filter(saved))) {
    const part = setup === DEFAULT_SETUP ? "" : `-${setup.replaceAll(/[^\w-]+/g, "-")}`;
    const name = `battery-record${part}.json`;
    try {
      const kept = readRecord(folder, setup, await settingsMadeWith(setup, undefined));
      if (kept.ok)
        texts.push({ name, text: `${JSON.stringify(recordJson(kept.record, kept.saved_ms, programOf()), null, 2)}\n` });
      else leftOut.push({ name, reason: kept.reason });
    } catch (error) {
      leftOut.push({ name, reason: messageOf(error) });
    }
  }
  return { texts, leftOut };
}

/** `text` with each secret cut out, however it is written. */
export const withoutSecretsIn = (text: string, secrets: readonly string[]): string =>
  secrets.flatMap(writings).reduce((cut, secret) => cut.replaceAll(secret, REMOVED), text);

/** A secret as it may stand in a file: plain, as JSON, and as JSON of plain characters only. */
export function writings(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const plain = json.replaceAll(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [...new Set([plain, json, secret])];
}
