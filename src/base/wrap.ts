// Words broken into lines, for terminals and for files that people read.

/** Words broken into lines of at most `width` characters, each indented. A longer word keeps a line of its own. */
export function wrap(words: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
