// A person at the console: line editing, history, completion of commands and names, and a password that is not shown. What the
// device says by itself appears above what is being typed.

import { createInterface, type Interface } from "node:readline";
import { COMMAND_WORDS } from "../console/command.ts";
import { type ConsoleClient, ConsoleLost } from "../device/console-client.ts";
import { isEmpty } from "./console-script.ts";
import { EditorOutput } from "./editor-output.ts";
import { PASSWORD_VARIABLE } from "./password.ts";

export type Console = { readonly client: ConsoleClient; readonly place: string };

type Dialogue = {
  readonly place: string;
  /** Another one once the line was lost. */
  client: ConsoleClient;
  readonly editor: Interface;
  readonly output: EditorOutput;
  isOver: boolean;
};

const PROMPT = "bms> ";

/** Until the person ends it; 0. A line that is lost is opened again, for as long as it takes. @param reopen as at the beginning */
export async function runInteractive(console: Console, reopen: () => Promise<ConsoleClient>): Promise<number> {
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
  const dialogue: Dialogue = { place: console.place, client: console.client, editor, output, isOver: false };
  listen(dialogue, reopen);
  return new Promise((resolve) => {
    editor.on("close", () => {
      dialogue.isOver = true;
      process.stdout.write("\r\x1b[K"); // the shell's prompt stands alone
      void dialogue.client.close().then(() => resolve(0));
    });
    editor.on(
      "line",
      (line) => void take(dialogue, line).then((goesOn) => (goesOn ? editor.prompt() : editor.close())),
    );
    editor.prompt();
  });
}

/** What the device says by itself, and that it is gone. */
function listen(dialogue: Dialogue, reopen: () => Promise<ConsoleClient>): void {
  const { client, editor } = dialogue;
  client.onLine = (line) => above(editor, line);
  client.onLost = ({ message }) => {
    if (dialogue.isOver) return;
    above(editor, `the line is lost: ${message}; waiting for it, Ctrl-D ends`);
    void client
      .close()
      .then(() => comeBack(dialogue, reopen))
      .then((isBack) => {
        if (isBack) above(editor, `${dialogue.place} is back; whoever was logged in is not any more`);
      });
  };
}

const AGAIN_ms = 1000;

/** False: the person does not wait any longer. */
async function comeBack(dialogue: Dialogue, reopen: () => Promise<ConsoleClient>): Promise<boolean> {
  while (!dialogue.isOver) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_ms).unref());
    try {
      dialogue.client = await reopen();
      listen(dialogue, reopen);
      return true;
    } catch (error) {
      if (!(error instanceof ConsoleLost)) throw error;
    }
  }
  return false;
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
  const { editor, output } = dialogue;
  if (output.isMuted || isEmpty(line)) return true;
  if (/^\s*(quit|exit)\s*$/i.test(line)) return false;
  try {
    const { text, remarks } = await dialogue.client.command(
      /^\s*login\s*$/i.test(line) ? await loginLine(dialogue) : line,
    );
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
