// bms log verify: whether logs are whole. Every checksum is computed and every message counted; of a data folder also the
// journal's chain of hashes and the store's seals. Exit code 0: whole, 1: broken, 2: nothing there that can be judged.

import { statSync } from "node:fs";
import { checkLog, type LogVerdict } from "./log-check.ts";
import { cannotRead, findLogs, type LogPlace } from "./log-source.ts";
import { openPlace } from "./open-log.ts";
import { progressLine } from "./progress.ts";
import { checkJournal, checkStore, isDataFolder, type JournalVerdict, type StoreVerdict } from "./store-check.ts";
import { UsageError } from "./usage-error.ts";

type FileVerdict =
  | LogVerdict
  | { readonly file: string; readonly state: "unusable"; readonly problems: readonly string[] };

type FolderVerdict = { readonly folder: string; readonly journal: JournalVerdict; readonly store: StoreVerdict };

type Verification = { readonly files: readonly FileVerdict[]; readonly folders: readonly FolderVerdict[] };

export function logVerify(words: readonly string[], options: { readonly json?: boolean }): void {
  const folders = words.filter(isFolder).filter(isDataFolder).map(verifyFolder);
  const files = verifyFiles(placesOf(words, folders.length > 0));
  const verification = { files, folders };
  const code = exitCode(verification);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ whole: code === 0, ...verification })}\n`);
  else if (code === 2) throw new UsageError(firstProblem(verification));
  else process.stdout.write(`${verificationText(verification)}\n`);
  process.exitCode = code;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** A data folder may have no log yet. */
function placesOf(words: readonly string[], mayBeNone: boolean): readonly LogPlace[] {
  return words.flatMap((word) => {
    try {
      return findLogs([word]);
    } catch (error) {
      if (mayBeNone && isFolder(word) && isDataFolder(word)) return [];
      throw error;
    }
  });
}

const verifyFolder = (folder: string): FolderVerdict => ({
  folder,
  journal: checkJournal(folder),
  store: checkStore(folder),
});

function verifyFiles(places: readonly LogPlace[]): readonly FileVerdict[] {
  const progress = progressLine("checking");
  const verdicts = places.map((place, i) => {
    progress.show(i / places.length);
    return verifyFile(place);
  });
  progress.clear();
  return verdicts;
}

function verifyFile(place: LogPlace): FileVerdict {
  const log = openPlace(place);
  if ("problem" in log) return { file: place.path, state: "unusable", problems: [log.problem] };
  try {
    return checkLog(log);
  } finally {
    log.close();
  }
}

function exitCode({ files, folders }: Verification): 0 | 1 | 2 {
  const states = [
    ...files.map(({ state }) => (state === "unfinished" ? "whole" : state)),
    ...folders.flatMap(({ journal, store }) => [journal.state, store.state]).filter((state) => state !== "absent"),
  ];
  if (states.every((state) => state === "whole")) return 0;
  return states.every((state) => state === "unusable" || state === "unreadable") ? 2 : 1;
}

function firstProblem({ files, folders }: Verification): string {
  const file = files.find(({ state }) => state === "unusable");
  if (file !== undefined) return `${file.file}: ${file.problems[0]}`;
  const folder = folders[0];
  return `${folder?.folder}: ${folder?.store.reason ?? folder?.journal.reason ?? "cannot be read"}`;
}

const sign = (good: boolean): string => (good ? "✓" : "✗");

function verificationText({ files, folders }: Verification): string {
  return [...files.flatMap(fileLines), ...folders.flatMap(folderLines)].join("\n");
}

function fileLines(verdict: FileVerdict): readonly string[] {
  const { file, state, problems } = verdict;
  const good = state === "whole" || state === "unfinished";
  const head = `${sign(good)} ${file}: ${state}`;
  if (state === "unusable") return [`${head}: ${problems[0]}`];
  const notes = [
    `${verdict.messages.toLocaleString("en")} messages`,
    ...(verdict.inTail > 0 ? [`${verdict.inTail} of them in the tail`] : []),
    ...(verdict.gaps > 0 ? [`${verdict.gaps} marked gaps`] : []),
  ];
  return [`${head}, ${notes.join(", ")}`, ...problems.map((problem) => `    ${problem}`)];
}

function folderLines({ folder, journal, store }: FolderVerdict): readonly string[] {
  const entries = `entries ${journal.first} to ${journal.last}`;
  const about =
    journal.state === "whole" ? `whole, ${journal.entries} entries${journal.entries > 0 ? `, ${entries}` : ""}` : "";
  const broken = journal.brokenAt === undefined ? journal.state : `broken at entry ${journal.brokenAt}`;
  return [
    ...(journal.state === "absent"
      ? []
      : [`${sign(about !== "")} ${folder}: journal ${about || `${broken}: ${journal.reason}`}`]),
    ...(store.state === "absent"
      ? []
      : [
          `${sign(store.state === "whole")} ${folder}: store ${store.state}${store.reason === undefined ? "" : `: ${store.reason}`}`,
        ]),
  ];
}
