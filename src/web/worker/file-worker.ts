// The worker that reads log files for a page: opens what was dropped, and answers as a server does from its data folder.

import { crc32 } from "../../base/crc.ts";
import { messageOf } from "../../base/error-text.ts";
import type { NamedLog } from "../../log/chunk-columns.ts";
import { settingsOf } from "../../log/log-file.ts";
import { readableSteps } from "../../log/readable-part.ts";
import { answerSteps, createDataCache } from "../../monitor/data/answers.ts";
import { sourceOfLogs } from "../../monitor/data/source.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import { openBlob } from "./blob-log.ts";
import type { FromFiles, NamedBlob, OpenedFile, ToFiles } from "./file-messages.ts";
import { flatSettings } from "./flat-settings.ts";
import { createLater, runSteps } from "./stepping.ts";

const scope = self as unknown as {
  postMessage(message: FromFiles): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToFiles>) => void): void;
};

const logs = new Map<string, NamedLog>();
let cache = createDataCache();
const later = createLater();
const wanted = new Set<number>();

scope.addEventListener("message", ({ data }) => {
  if (data.kind === "drop") wanted.delete(data.id);
  else take(data);
});

function take(message: Exclude<ToFiles, { kind: "drop" }>): void {
  const { id } = message;
  const answer = (reply: Reply<unknown>): void => scope.postMessage({ id, reply });
  try {
    if (message.kind === "open") answer({ ok: true, answer: open(message.files) });
    else if (message.kind === "close") answer({ ok: true, answer: close(message.name) });
    else if (message.kind === "settings") answer(settings());
    else if (message.kind === "check") work(id, checkSteps(message.name), answer);
    else work(id, answerSteps(cache, sourceOfLogs([...logs.values()]), message.name, message.input as never), answer);
  } catch (error) {
    answer(refuse("failed", messageOf(error)));
  }
}

/** What was read before may be of another file of the same name: it is forgotten. */
function open(files: readonly NamedBlob[]): OpenedFile[] {
  cache = createDataCache();
  return files.map((file) => {
    const opened = openBlob(file);
    if ("problem" in opened) return { name: file.name, problem: opened.problem };
    logs.set(file.name, opened);
    return { name: file.name, problem: "" };
  });
}

function close(name: string): boolean {
  cache = createDataCache();
  return logs.delete(name);
}

function settings(): Reply<unknown> {
  const newest = sourceOfLogs([...logs.values()]).logs.at(-1);
  const text = newest === undefined ? undefined : settingsOf(newest.log);
  return text === undefined
    ? refuse("unknown", "the log does not say its settings")
    : { ok: true, answer: flatSettings(text) };
}

function* checkSteps(name: string): Generator<undefined, Reply<unknown>> {
  const named = logs.get(name);
  if (named === undefined) return refuse("unknown", "this file is not open");
  return { ok: true, answer: yield* readableSteps(named.log, named.tail.length > 0, crc32) };
}

function work(id: number, steps: Generator<undefined, Reply<unknown>>, answer: (reply: Reply<unknown>) => void): void {
  wanted.add(id);
  const done = (reply: Reply<unknown>): void => {
    wanted.delete(id);
    answer(reply);
  };
  runSteps<Reply<unknown>>(
    guarded(steps),
    later,
    () => performance.now(),
    done,
    () => wanted.has(id),
  );
}

/** What goes wrong in a step is an answer too. */
function* guarded(steps: Generator<undefined, Reply<unknown>>): Generator<undefined, Reply<unknown>> {
  try {
    return yield* steps;
  } catch (error) {
    return refuse("failed", messageOf(error));
  }
}
