// A command line as words: an optional sequence number in brackets, words between blanks, texts in double quotes in which a
// doubled quote stands for one, a comment after "#" (CiA 309-3, 5.1).

export type Line = {
  /** Number that the answer repeats; undefined where the line has none. */
  readonly sequence: string | undefined;
  /** Undefined: they are none, quotes do not match. */
  readonly words: readonly string[] | undefined;
};

const SEQUENCE = /^\s*\[\s*(\d{1,10})\s*\]\s*/;
const WORD = /\s*(?:"((?:[^"]|"")*)"(?=\s|$|#)|([^\s"#]+)(?=\s|$|#)|(#.*)$)/y;

/** @param text a line without its end */
export function wordsOf(text: string): Line {
  const [opening = "", sequence] = SEQUENCE.exec(text) ?? [];
  const rest = text.slice(opening.length).trimEnd();
  if (rest.startsWith("[")) return { sequence, words: undefined };
  if (sequence !== undefined && Number(sequence) > 0xffff_ffff) return { sequence: undefined, words: undefined };
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < rest.length) {
    const found = WORD.exec(rest);
    if (found === null) return { sequence, words: undefined };
    const [, text, word, comment] = found;
    if (comment !== undefined) break;
    words.push(text === undefined ? word : text.replaceAll('""', '"'));
  }
  return { sequence, words };
}
