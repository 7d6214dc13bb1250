// One full screen of a terminal: lines are painted only where they differ from what stands there, in one write, so that
// nothing flickers. Whatever ends the program, the terminal gets its own screen, cursor and line mode back.

import type { ReadStream, WriteStream } from "node:tty";
import { clip } from "./ansi.ts";

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
/** Gives the screen back. */
export const LEAVE = "\x1b[?7h\x1b[?25h\x1b[0m\x1b[?1049l";

export class Screen {
  readonly #output: WriteStream;
  readonly #input: ReadStream | undefined;
  #shown: string[] = [];
  #open = false;
  readonly #onExit = (): void => this.close();

  /** @param input where keys come from; undefined: none */
  constructor(output: WriteStream, input: ReadStream | undefined) {
    this.#output = output;
    this.#input = input;
  }

  get width(): number {
    return Math.max(40, this.#output.columns || 80);
  }

  get height(): number {
    return Math.max(10, this.#output.rows || 24);
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#shown = [];
    this.#output.write(ENTER);
    this.#input?.setRawMode(true);
    process.on("exit", this.#onExit);
  }

  /** Gives the terminal back; may be called at any time and more than once. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off("exit", this.#onExit);
    if (this.#input?.isTTY === true) this.#input.setRawMode(false);
    this.#output.write(LEAVE);
  }

  /** Forgets what is shown: the next paint draws everything. */
  refresh(): void {
    this.#shown = [];
    if (this.#open) this.#output.write("\x1b[2J");
  }

  /** Lines beyond the height are cut, missing ones are blank. A slow terminal skips pictures instead of queueing them. */
  paint(lines: readonly string[]): void {
    if (!this.#open || this.#output.writableLength > 65_536) return;
    const { width, height } = this;
    let text = "";
    for (let row = 0; row < height; row++) {
      const line = clip(lines[row] ?? "", width);
      if (this.#shown[row] === line) continue;
      this.#shown[row] = line;
      text += `\x1b[${row + 1};1H${line}\x1b[0m\x1b[K`;
    }
    if (text !== "") this.#output.write(`\x1b[?2026h${text}\x1b[?2026l`);
  }
}
