// Passwords from the environment, from a terminal that does not show them, or from standard input: never from the command
// line, where every program of the machine can read them.

import { createInterface } from "node:readline";

export const PASSWORD_VARIABLE = "BMS_SERVICE_PASSWORD";

/** Asks on a terminal, else reads the first line of standard input; "" at its end. */
export async function askPassword(prompt: string): Promise<string> {
  const given = process.env[PASSWORD_VARIABLE];
  if (given !== undefined) return given;
  return process.stdin.isTTY ? askHidden(prompt) : firstLine();
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return "";
}

const INTERRUPT = "\x03";
const END_KEYS: readonly string[] = ["\r", "\n", "\x04", INTERRUPT];
const ERASE_KEYS: readonly string[] = ["\x7f", "\b"];

function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  process.stdin.setRawMode(true).resume().setEncoding("utf8");
  return new Promise((resolve) => {
    let typed = "";
    const onData = (chunk: string): void => {
      for (const letter of chunk) {
        if (END_KEYS.includes(letter)) end(letter === INTERRUPT ? "" : typed);
        else if (ERASE_KEYS.includes(letter)) typed = [...typed].slice(0, -1).join("");
        else typed += letter;
      }
    };
    const end = (answer: string): void => {
      process.stdin.off("data", onData).setRawMode(false).pause();
      process.stderr.write("\n");
      resolve(answer);
    };
    process.stdin.on("data", onData);
  });
}
