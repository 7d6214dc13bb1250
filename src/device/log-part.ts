// Log files for whoever reads them over a bus: their list, and a part of one, read in pieces while the loop goes on.

import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileAsked, FileOutcome } from "../canopen/object.ts";

type Asked = Exclude<FileAsked, { readonly kind: "store" }>;

/** The most that is read at once, whatever is asked. */
const MOST = 0x10_0000;

/** Never rejects: what cannot be read is no file. */
export async function readLogs(folder: string, asked: Asked): Promise<FileOutcome> {
  try {
    return asked.kind === "files" ? await listLogs(folder) : await readPart(folder, asked);
  } catch {
    return asked.kind === "files" ? { kind: "files", files: [] } : { kind: "noFile" };
  }
}

async function listLogs(folder: string): Promise<FileOutcome> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".mcap")).sort();
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
  return { kind: "files", files };
}

/** A name of the list, never a path. */
async function readPart(
  folder: string,
  { name, offset, length }: Extract<Asked, { kind: "file" }>,
): Promise<FileOutcome> {
  if (!(await readdir(folder)).includes(name)) return { kind: "noFile" };
  const file = await open(join(folder, name));
  try {
    const bytes = Buffer.alloc(Math.min(length, MOST));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return { kind: "file", data: Uint8Array.from(bytes.subarray(0, bytesRead)) };
  } finally {
    await file.close();
  }
}
