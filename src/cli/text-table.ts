// Rows of words in aligned columns, for printing on a terminal.

/** Lines with columns two spaces apart; columns named in `right` are aligned to the right. No trailing blanks. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

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
