// What a terminal in raw mode sends, as names of keys.

const NAMED: Readonly<Record<string, string>> = {
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[C": "right",
  "\x1b[D": "left",
  "\x1bOA": "up",
  "\x1bOB": "down",
  "\x1bOC": "right",
  "\x1bOD": "left",
  "\x1b[5~": "pageUp",
  "\x1b[6~": "pageDown",
  "\x1b[H": "home",
  "\x1b[F": "end",
  "\x1b": "escape",
  "\r": "enter",
  "\n": "enter",
  "\x03": "ctrl-c",
  "\x04": "ctrl-d",
  "\x1a": "ctrl-z",
  "\x0c": "ctrl-l",
};

/** The keys in a chunk of input, in order; unknown sequences are left out. */
export function keysOf(chunk: string): string[] {
  const keys: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what keys send
  for (const [part] of chunk.matchAll(/\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|\x1b|./gsu)) {
    const name = NAMED[part];
    if (name !== undefined) keys.push(name);
    else if (part >= " " && !part.startsWith("\x1b") && part !== "\x7f") keys.push(part);
  }
  return keys;
}
