// Which files the words after "bms log info" mean.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findLogs } from "./log-source.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-source-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

function folderWith(...names: readonly string[]): string {
  const folder = mkdtempSync(join(FOLDER, "data-"));
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  return folder;
}

const found = (folder: string, ...words: readonly string[]): readonly string[] =>
  findLogs(words.map((word) => join(folder, word))).map(({ path, tail }) =>
    [path, ...(tail === undefined ? [] : [tail])].map((name) => name.slice(folder.length + 1)).join(" + "),
  );

test("a folder means its logs, oldest first, a second one of the same second after the first, foreign names last", () => {
  const folder = folderWith(
    "2026-11-23T05-00-00Z_10.mcap",
    "2026-11-23T05-00-00Z.mcap",
    "2026-11-23T05-00-00Z_2.mcap",
    "2026-11-09T23-59-59Z.mcap",
    "crash.mcap",
    "notes.txt",
    "crash.tail",
  );
  expect(found(folder, "")).toEqual([
    "2026-11-09T23-59-59Z.mcap",
    "2026-11-23T05-00-00Z.mcap",
    "2026-11-23T05-00-00Z_2.mcap",
    "2026-11-23T05-00-00Z_10.mcap",
    "crash.mcap + crash.tail",
  ]);
});

test("a data folder means the logs in it; a file means itself, with the tail beside it, and each once", () => {
  const folder = folderWith("bms.sqlite", "log/2026-11-23T05-00-00Z.mcap", "log/2026-11-23T05-00-00Z.tail");
  const both = "log/2026-11-23T05-00-00Z.mcap + log/2026-11-23T05-00-00Z.tail";
  expect(found(folder, "")).toEqual([both]);
  expect(found(folder, "log", "log/2026-11-23T05-00-00Z.mcap")).toEqual([both]);
});

test.each([
  ["none.mcap", /there is no .*none\.mcap$/],
  ["", /there is no log in/],
  ["a.tail", /a\.tail is the tail of a log that was not finished; name the \.mcap beside it/],
])("%j is refused in one line", (word, told) => {
  const folder = folderWith("a.tail");
  expect(() => findLogs([join(folder, word)])).toThrow(told);
});
