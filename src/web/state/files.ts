// Log files that are open in this page, whoever's device wrote them: a worker reads them, nothing of them leaves the browser.

import { createContext, createSignal, useContext } from "solid-js";
import type { ReadablePart } from "../../log/readable-part.ts";
import type { SettingValue } from "../../model/settings.ts";
import type { DataName } from "../../monitor/data/answers.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import { ProblemError } from "../link/link.ts";
import { texts } from "../texts/texts.ts";
import type { FromFiles, NamedBlob, OpenedFile, ToFiles } from "../worker/file-messages.ts";
import { logNameOf, pairFiles } from "./log-files.ts";

type Waiting = (reply: Reply<unknown>) => void;
type Asked = ToFiles extends infer T ? (T extends { readonly id: number } ? Omit<T, "id"> : never) : never;

export type Files = ReturnType<typeof createFiles>;

/** None is open yet; the worker begins with the first. */
export function createFiles() {
  const [open, setOpen] = createSignal<readonly NamedBlob[]>([]);
  const [problems, setProblems] = createSignal<readonly OpenedFile[]>([]);
  /** How much of each can be read, by name, once it is known. */
  const [parts, setParts] = createSignal<Readonly<Record<string, ReadablePart>>>({});
  const send = createSender();
  const check = async (name: string): Promise<void> => {
    const part = (await send({ kind: "check", name })) as ReadablePart;
    if (open().some((each) => each.name === name)) setParts({ ...parts(), [name]: part });
  };
  const forget = (names: readonly string[]): void => {
    setParts(Object.fromEntries(Object.entries(parts()).filter(([name]) => !names.includes(name))));
  };
  return {
    /** Those of which not all can be read, and what can. */
    damaged: (): readonly (readonly [string, ReadablePart])[] =>
      Object.entries(parts()).filter(
        ([, { isAltered, damage, hasEnd }]) => isAltered || damage !== undefined || !hasEnd,
      ),
    /** Those that are logs. */
    open,
    /** Those of the last time that are none, and why. */
    problems,
    add: async (files: readonly File[]): Promise<void> => {
      const { logs, alone } = pairFiles(files, open());
      const opened = (await send({ kind: "open", files: logs })) as readonly OpenedFile[];
      const good = logs.filter(({ name }) => opened.some((each) => each.name === name && each.problem === ""));
      const others = open().filter(({ name }) => !good.some((each) => each.name === name));
      const lone = alone.map((name) => ({ name, problem: texts.history.tailAlone(logNameOf(name)) }));
      setProblems([...opened.filter(({ problem }) => problem !== ""), ...lone]);
      forget(logs.map(({ name }) => name));
      setOpen([...others, ...good]);
      for (const { name } of good) void check(name).catch(() => undefined);
    },
    close: async (name: string): Promise<void> => {
      await send({ kind: "close", name });
      setProblems([]);
      forget([name]);
      setOpen(open().filter((each) => each.name !== name));
    },
    ask: async <K extends DataName>(name: K, input: Input<K>, signal?: AbortSignal): Promise<AnswerTo<K>> =>
      (await send({ kind: "ask", name, input }, signal)) as AnswerTo<K>,
    /** As the newest file begins with them, by dotted name. */
    settings: async (): Promise<Record<string, SettingValue>> =>
      (await send({ kind: "settings" })) as Record<string, SettingValue>,
  };
}

function createSender() {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let last = 0;
  const begin = (): Worker => {
    const begun = new Worker(new URL("../worker/file-worker.ts", import.meta.url), { type: "module" });
    begun.addEventListener("message", ({ data }: MessageEvent<FromFiles>) => {
      waiting.get(data.id)?.(data.reply);
      waiting.delete(data.id);
    });
    begun.addEventListener("error", ({ message }) => {
      for (const told of waiting.values()) told({ ok: false, problem: { kind: "failed", detail: message } });
      waiting.clear();
    });
    return begun;
  };
  return (message: Asked, signal?: AbortSignal): Promise<unknown> => {
    worker ??= begin();
    const to = worker;
    const id = ++last;
    return new Promise((resolve, reject) => {
      waiting.set(id, (reply) => (reply.ok ? resolve(reply.answer) : reject(new ProblemError(reply.problem))));
      signal?.addEventListener("abort", () => {
        if (waiting.delete(id)) reject(new ProblemError(GIVEN_UP));
        to.postMessage({ kind: "drop", id } satisfies ToFiles);
      });
      to.postMessage({ ...message, id } as ToFiles);
    });
  };
}

const GIVEN_UP = { kind: "unavailable", detail: "nobody waits for this any more" } as const;

export const FilesContext = createContext<Files>();

export function useFiles(): Files {
  const files = useContext(FilesContext);
  if (files === undefined) throw new Error("a part of the page stands outside its files");
  return files;
}
