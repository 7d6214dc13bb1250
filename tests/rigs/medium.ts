// A medium for logs in memory. It writes down every effect, so that any prefix of them, down to single bytes, can be laid
// out anew as what a cut of power leaves; it fails with an error code, or takes its time, when told to.
import type { LogFiles, LogHandle } from "../../src/device/log-files.ts";

/** What was done to the medium. */
export type Effect =
  | { readonly kind: "create" | "remove"; readonly path: string }
  | { readonly kind: "write"; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly path: string; readonly length: number }
  | { readonly kind: "rename"; readonly path: string; readonly to: string }
  | { readonly kind: "sync" | "syncFolder"; readonly path: string };

type Content = { bytes: Uint8Array; length: number };

export type Medium = {
  readonly files: LogFiles;
  readonly effects: Effect[];
  /** By path; a removed file that is still open goes on without one. */
  readonly content: Map<string, Content>;
  /** Called before each operation: throws, or lets time pass. */
  before: (operation: keyof LogFiles, path: string) => void;
  /** Bytes that still fit. */
  free_bytes: number;
  total_bytes: number;
};

export const failure = (code: string): Error => Object.assign(new Error(code), { code });

export function createMedium(): Medium {
  const open = new Map<number, { path: string; content: Content }>();
  let descriptors = 0;
  const medium: Medium = {
    effects: [],
    content: new Map(),
    before: () => {},
    free_bytes: 1e12,
    total_bytes: 1e12,
    files: undefined as unknown as LogFiles,
  };
  const { effects, content } = medium;
  const found = (path: string): Content => {
    const file = content.get(path);
    if (file === undefined) throw failure("ENOENT");
    return file;
  };
  const handle = (path: string, file: Content): LogHandle => {
    open.set(++descriptors, { path, content: file });
    return { path, descriptor: descriptors };
  };
  const of = ({ descriptor }: LogHandle): Content => {
    const file = open.get(descriptor);
    if (file === undefined) throw failure("EBADF");
    return file.content;
  };
  const isThere = ({ path, descriptor }: LogHandle): boolean => content.get(path) === open.get(descriptor)?.content;
  const files: LogFiles = {
    makeFolder: () => {},
    create: (path) => {
      if (content.has(path)) throw failure("EEXIST");
      const file = { bytes: new Uint8Array(64), length: 0 };
      content.set(path, file);
      effects.push({ kind: "create", path });
      return handle(path, file);
    },
    open: (path) => handle(path, found(path)),
    close: (file) => {
      of(file);
      open.delete(file.descriptor);
    },
    write: (file, bytes, offset) => {
      const fits = Math.max(0, Math.min(bytes.length, medium.free_bytes));
      medium.free_bytes -= fits;
      const part = bytes.slice(0, fits);
      put(of(file), part, offset);
      if (isThere(file)) effects.push({ kind: "write", path: file.path, offset, bytes: part });
      if (fits < bytes.length) throw failure("ENOSPC");
    },
    read: (file, offset, length) => {
      const { bytes, length: end } = of(file);
      return bytes.slice(Math.min(offset, end), Math.min(end, offset + length));
    },
    sync: (file) => {
      of(file);
      if (isThere(file)) effects.push({ kind: "sync", path: file.path });
    },
    truncate: (file, length) => {
      const { free_bytes } = medium;
      medium.free_bytes = free_bytes + Math.max(0, of(file).length - length);
      cut(of(file), length);
      if (isThere(file)) effects.push({ kind: "truncate", path: file.path, length });
    },
    rename: (from, to) => {
      content.set(to, found(from));
      content.delete(from);
      effects.push({ kind: "rename", path: from, to });
    },
    remove: (path) => {
      medium.free_bytes += found(path).length;
      content.delete(path);
      effects.push({ kind: "remove", path });
    },
    list: (folder) => {
      const names = [...content.keys()].filter((path) => path.startsWith(`${folder}/`));
      return names.map((path) => path.slice(folder.length + 1));
    },
    size: (path) => found(path).length,
    free: () => ({ free_bytes: medium.free_bytes, total_bytes: medium.total_bytes }),
    syncFolder: (path) => {
      effects.push({ kind: "syncFolder", path });
    },
  };
  return Object.assign(medium, { files: watched(files, medium) });
}

/** Every operation asks first. */
function watched(files: LogFiles, medium: Medium): LogFiles {
  const entries = Object.entries(files).map(([name, operation]) => [
    name,
    (first: string | LogHandle, ...rest: unknown[]) => {
      medium.before(name as keyof LogFiles, typeof first === "string" ? first : first.path);
      return (operation as (...args: unknown[]) => unknown)(first, ...rest);
    },
  ]);
  return Object.fromEntries(entries) as LogFiles;
}

function put(file: Content, bytes: Uint8Array, offset: number): void {
  const end = offset + bytes.length;
  if (end > file.bytes.length) {
    const grown = new Uint8Array(end * 2);
    grown.set(file.bytes.subarray(0, file.length));
    file.bytes = grown;
  }
  if (offset > file.length) file.bytes.fill(0, file.length, offset);
  file.bytes.set(bytes, offset);
  file.length = Math.max(file.length, end);
}

function cut(file: Content, length: number): void {
  if (length > file.length) put(file, new Uint8Array(length - file.length), file.length);
  file.length = length;
}

/** What is on a medium after these effects. */
export function layOut(effects: readonly Effect[]): Medium {
  const medium = createMedium();
  for (const effect of effects) apply(medium.content, effect);
  return medium;
}

function apply(content: Map<string, Content>, effect: Effect): void {
  const file = content.get(effect.path);
  if (effect.kind === "create") content.set(effect.path, { bytes: new Uint8Array(64), length: 0 });
  else if (effect.kind === "remove") content.delete(effect.path);
  else if (file === undefined) return;
  else if (effect.kind === "write") put(file, effect.bytes, effect.offset);
  else if (effect.kind === "truncate") cut(file, effect.length);
  else if (effect.kind === "rename") {
    content.set(effect.to, file);
    content.delete(effect.path);
  }
}

/** The file's bytes as they stand. */
export const bytesOf = (medium: Medium, path: string): Uint8Array => {
  const file = medium.content.get(path);
  return file === undefined ? new Uint8Array(0) : file.bytes.slice(0, file.length);
};
