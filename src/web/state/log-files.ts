// Which of the files that somebody drops belong together: logs, and the tails beside those that were not finished. A tail alone holds
// only what waited for its chunk, packed against what came before: it goes with its log.

import type { NamedBlob } from "../worker/file-messages.ts";

const LOG = ".mcap";
const TAIL = ".tail";
/** As a page asks a browser for files. */
export const LOG_FILES = `${LOG},${LOG.toUpperCase()},${TAIL}`;

const endsWith = (name: string, ending: string): boolean => name.toLowerCase().endsWith(ending);
const stemOf = (name: string): string => name.slice(0, name.lastIndexOf("."));

/** A log, or a part of one. */
export const isLogFile = ({ name }: { readonly name: string }): boolean => endsWith(name, LOG) || endsWith(name, TAIL);

type Dropped = Blob & { readonly name: string };

/**
 * Logs with their tails. A tail may come after its log, which is then opened anew.
 * @param open logs that are open already
 * @returns `alone`: names of tails without a log
 */
export function pairFiles(
  files: readonly Dropped[],
  open: readonly NamedBlob[],
): { readonly logs: readonly NamedBlob[]; readonly alone: readonly string[] } {
  const tails = files.filter(({ name }) => endsWith(name, TAIL));
  const fresh: NamedBlob[] = files
    .filter(({ name }) => !endsWith(name, TAIL))
    .map((blob) => ({ name: blob.name, blob }));
  const tailOf = ({ name }: NamedBlob): Dropped | undefined => tails.find((tail) => stemOf(tail.name) === stemOf(name));
  const known = open.filter((log) => tailOf(log) !== undefined && !fresh.some(({ name }) => name === log.name));
  const logs = [...fresh, ...known].map((log) => {
    const tail = tailOf(log);
    return tail === undefined ? log : { ...log, tail };
  });
  const alone = tails.filter((tail) => !logs.some((log) => log.tail === tail)).map(({ name }) => name);
  return { logs, alone };
}

/** The log that belongs to a tail. */
export const logNameOf = (tail: string): string => `${stemOf(tail)}${LOG}`;
