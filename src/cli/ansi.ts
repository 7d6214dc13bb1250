// Colour and width of text on a terminal. Text carries its own escape codes; widths count what is seen.

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
  grey: [90, 39],
} as const;

export type StyleName = keyof typeof CODES;
/** Each wraps a text in its colour, or leaves it as it is where colours are not wanted. */
export type Style = { readonly [name in StyleName]: (text: string) => string };

export function createStyle(coloured: boolean): Style {
  const wrap =
    ([on, off]: readonly [number, number]) =>
    (text: string) =>
      coloured && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return Object.fromEntries(Object.entries(CODES).map(([name, codes]) => [name, wrap(codes)])) as Style;
}

/** Whether the terminal wants colours: NO_COLOR and TERM=dumb say no (no-color.org). */
export const wantsColours = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
const ESCAPE = /\x1b\[[0-9;?]*[a-zA-Z]/g;

/** Columns a text takes. All characters the program prints are one column wide. */
export const widthOf = (text: string): number => [...text.replace(ESCAPE, "")].length;

/** The text cut to a width; its colours end with it. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let seen = 0;
  let result = "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  for (const [part] of text.matchAll(/\x1b\[[0-9;?]*[a-zA-Z]|./gsu)) {
    if (part.startsWith("\x1b")) result += part;
    else if (seen < width - 1) {
      result += part;
      seen++;
    } else {
      return `${result}…\x1b[0m`;
    }
  }
  return result;
}

/** Exactly so wide: cut, or filled with blanks. */
export const pad = (text: string, width: number): string =>
  clip(text, width) + " ".repeat(Math.max(0, width - widthOf(text)));

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar of a fraction 0..1, in eighths of a column, without its empty rest. */
export function bar(fraction: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  return "█".repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? "");
}
