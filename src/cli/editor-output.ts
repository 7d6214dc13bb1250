// What a line editor writes to: a terminal, which may be muted while a password is typed.

import { Writable } from "node:stream";
import type { WriteStream } from "node:tty";

export class EditorOutput extends Writable {
  isMuted = false;
  readonly #terminal: WriteStream;

  constructor(terminal: WriteStream) {
    super();
    this.#terminal = terminal;
    terminal.on("resize", () => this.emit("resize"));
  }

  /** The editor breaks lines by it. */
  get columns(): number {
    return this.#terminal.columns;
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    if (!this.isMuted) this.#terminal.write(chunk);
    done();
  }
}
