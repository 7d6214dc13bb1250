// Commands of a script for the console: one after the other, answers on standard output, errors too, so that answers stay beside
// their commands.

import type { Console } from "./console-dialogue.ts";

/** Returns 1 where an answer was an error, else 0. Throws ConsoleLost. */
export async function runScript({ client }: Console, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
  let failed = false;
  client.onLine = print;
  for await (const line of lines) {
    if (isEmpty(line)) continue;
    const { text, remarks } = await client.command(line);
    for (const remark of remarks) print(remark);
    print(text);
    failed ||= text.startsWith("ERROR:");
  }
  return failed ? 1 : 0;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
/** Nothing, or a remark alone. */
export const isEmpty = (line: string): boolean => /^\s*(#.*)?$/.test(line);
