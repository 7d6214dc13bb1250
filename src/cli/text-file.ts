// A long text that is written line by line, to a file or to standard output, in blocks.

import { closeSync, openSync, writeSync } from "node:fs";

const BLOCK_characters = 1_000_000;
const PIPE_PAUSE_ms = 5;

/** Throws the file system's error where it cannot be written. */
export class TextFile {
  rows = 0;
  readonly path: string;
  readonly #descriptor: number;
  #text = "";

  /** "-" is standard output; another file of that name is replaced. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = path === "-" ? 1 : openSync(path, "w");
  }

  /** Adds a line, with its end. */
  write(line: string): void {
    this.#text += line;
    if (this.#text.length > BLOCK_characters) this.#flush();
  }

  close(): void {
    this.#flush();
    if (this.path !== "-") closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#text);
    for (let done = 0; done < bytes.length; ) done += writeSome(this.#descriptor, bytes, done);
    this.#text = "";
  }
}

/** A pipe whose reader is slow says EAGAIN: there is nothing better to do than to try again. */
function writeSome(descriptor: number, bytes: Uint8Array, from: number): number {
  try {
    return writeSync(descriptor, bytes, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_PAUSE_ms);
    return 0;
  }
}
