// Small pieces of Markdown for the generated chapters.

export const HEADER = "<!-- Written by `npm run generate` from the tables in src/model. Do not edit. -->\n";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** A table with a head; every row has as many columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (columns: readonly string[]) => `| ${columns.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** A chapter: title, words before, then sections of title and body. */
export function chapter(title: string, intro: string, sections: readonly (readonly [string, string])[]): string {
  return `${HEADER}\n# ${title}\n\n${intro}\n\n${sections.map(([name, body]) => `## ${name}\n\n${body}\n`).join("\n")}`;
}

/** Items by key, in the order in which keys first appear. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}
