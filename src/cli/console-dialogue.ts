// A person at the console: line editing, history, completion of commands and names, and a password that is not shown. What the
// device says by itself appears above what is being typed.

import { createInterface, type Interface } from "node:readline";
import { COMMAND_WORDS } from "../console/command.ts";
import { type ConsoleClient, ConsoleLost } from "../device/console-client.ts";
import { isEmpty } from "./console-script.ts";
import { EditorOutput } from "./editor-output.ts";
import { PASSWORD_VARIABLE } from "./password.ts";

export type Console = { readonly client: ConsoleClient; readonly place: string };

type Dialogue = Console & { readonly editor: Interface; readonly output: EditorOutput };

const PROMPT = "bms> ";

/** Until the person ends it, or the line is lost; 1 in that case. */
export async function runInteractive(console: Console): Promise<number> {
  const words = [...new Set([...COMMAND_WORDS, "quit", "exit", ...(await namesOf(console))])];
  process.stdout.write(`${console.place}: "help" lists commands, TAB completes names, Ctrl-D ends.\n`);
  const output = new EditorOutput(process.stdout);
  const editor = createInterface({
    ...{
      input: process.stdin,
      output,
      terminal: true,
      prompt: PROMPT,
      historySize: 500,
      removeHistoryDuplicates: true,
    },
    completer: (line: string) => completed(words, line),
  });
  editor.on("history", (history: string[]) => {
    if (output.isMuted || /^\s*login\b/i.test(history[0] ?? "")) history.shift();
  });
  const dialogue: Dialogue = { ...console, editor, output };
  console.client.onLine = (line) => above(editor, line);
  return new Promise((resolve) => {
    const end = (code: number): void => {
      resolve(code);
      editor.close();
    };
    console.client.onLost = ({ message }) => {
      process.stdout.write(`\r\x1b[Kthe line is lost: ${message}\n`);
      end(1);
    };
    editor.on("close", () => {
      process.stdout.write("\r\x1b[K"); // the shell's prompt stands alone
      end(0);
    });
    editor.on("line", (line) => void take(dialogue, line).then((goesOn) => (goesOn ? editor.prompt() : end(0))));
    editor.prompt();
  });
}

/** Names of the device's objects, as it lists them: index, sub-index, type, access, name. */
async function namesOf({ client }: Console): Promise<readonly string[]> {
  const { remarks } = await client.command("list");
  return remarks.map((line) => line.trim().split(/\s+/)[4] ?? "").filter((name) => name !== "");
}

/** What TAB offers: commands for the first word, names after. */
export function completed(words: readonly string[], line: string): [string[], string] {
  const last = /\S*$/.exec(line)?.[0] ?? "";
  const hits = words.filter((word) => word.startsWith(last));
  return [last === "" ? [] : hits, last];
}

/** False: the person wants to leave. */
async function take(dialogue: Dialogue, line: string): Promise<boolean> {
  const { client, editor, output } = dialogue;
  if (output.isMuted || isEmpty(line)) return true;
  if (/^\s*(quit|exit)\s*$/i.test(line)) return false;
  try {
    const { text, remarks } = await client.command(/^\s*login\s*$/i.test(line) ? await loginLine(dialogue) : line);
    process.stdout.write([...remarks, text].map((each) => `${each}\n`).join(""));
  } catch (error) {
    if (!(error instanceof ConsoleLost)) throw error;
    process.stdout.write(`${error.message}\n`);
  }
  editor.resume();
  return true;
}

async function loginLine(dialogue: Dialogue): Promise<string> {
  const password = process.env[PASSWORD_VARIABLE] ?? (await hidden(dialogue, "Service password: "));
  return `login "${password.replaceAll('"', '""')}"`;
}

/** What is typed after the question shows nowhere. */
function hidden({ editor, output }: Dialogue, question: string): Promise<string> {
  return new Promise((resolve) => {
    editor.question(question, (answer) => {
      output.isMuted = false;
      process.stdout.write("\n");
      resolve(answer);
    });
    output.isMuted = true;
  });
}

/** Prints a line and leaves what is being typed below it. */
function above(editor: Interface, line: string): void {
  process.stdout.write(`\r\x1b[K${line}\n`);
  editor.prompt(true);
}
