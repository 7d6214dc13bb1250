// A serial port that this process makes itself: a pseudo-terminal, which any program opens like a port, under a name that
// stays the same from start to start. Nothing travels at a baud rate here, and there is no parity.

import { execFile } from "node:child_process";
import { closeSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";
import { type ByteLink, type LinkEvents, portTrouble } from "./byte-link.ts";

type Pty = { readonly master: number; readonly slave: number; readonly pty: string };
type Native = { readonly open: (columns: number, rows: number) => Pty };

/** The native part of node-pty alone: its terminal class would read the other side too. */
function native(): Native {
  const require = createRequire(import.meta.url);
  const { requireBinary } = require("@lydell/node-pty/requireBinary.js") as {
    requireBinary: (file: string) => Native;
  };
  return requireBinary("pty.node");
}

/**
 * Throws where the system has no pseudo-terminals, or the name cannot be made.
 * @param keeps bytes that may wait for a slow reader; what is more is lost, as on a wire
 * @param left called once when the programs that had it open, and have sent something, are gone, killed or not: the terminal is of
 * no more use then. Where absent it is one line for whoever comes, for good
 */
export async function openPseudoTerminal(
  name: string,
  events: LinkEvents,
  keeps = 0,
  left?: () => void,
): Promise<ByteLink> {
  const { master, slave, pty } = native().open(80, 24);
  try {
    await makeRaw(pty);
    pointTo(name, pty);
  } catch (error) {
    closeSync(master);
    closeSync(slave);
    throw error;
  }
  // While this side has the slave open, nobody's leaving shows; it must be until the first one has come.
  let isHeld = true;
  const letGo = (): void => {
    if (isHeld) closeSync(slave);
    isHeld = false;
  };
  const stream = new ReadStream(master);
  stream.on("data", (chunk: Buffer) => {
    if (left !== undefined) letGo();
    events.received(chunk);
  });
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (left !== undefined && error.code === "EIO") left();
    else events.failed(portTrouble(error));
  });
  const output = new Output(master, keeps, (error) => events.failed(portTrouble(error)));
  return {
    place: `${name} (${pty})`,
    write: (bytes) => output.write(bytes),
    hold: (isHeld) => void (isHeld ? stream.pause() : stream.resume()),
    close: async () => {
      output.stop();
      if (pointsTo(name) === pty) rmSync(name, { force: true }); // else it is another's by now
      stream.destroy();
      letGo();
    },
  };
}

/** Bytes go through as they are: no echo, no lines, no line ends altered. */
const makeRaw = (pty: string): Promise<unknown> =>
  promisify(execFile)("stty", [process.platform === "darwin" ? "-f" : "-F", pty, "raw", "-echo"]);

/** A name that another run has left changes over in one step. */
function pointTo(name: string, pty: string): void {
  mkdirSync(dirname(name), { recursive: true });
  const fresh = `${name}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(pty, fresh);
  renameSync(fresh, name);
}

function pointsTo(name: string): string | undefined {
  try {
    return readlinkSync(name);
  } catch {
    return undefined;
  }
}

/** How long a full terminal is left alone before the next try. */
const AGAIN_ms = 5;

/** What goes out: at once as far as it fits, then as the reader takes it, up to a bound. */
class Output {
  readonly #master: number;
  readonly #keeps: number;
  #kept: Uint8Array[] = [];
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  readonly #failed: (error: unknown) => void;

  constructor(master: number, keeps: number, failed: (error: unknown) => void) {
    this.#master = master;
    this.#keeps = keeps;
    this.#failed = failed;
  }

  /** How many bytes it took, kept ones among them. */
  write(bytes: Uint8Array): number {
    const rest = this.#size > 0 ? bytes : bytes.subarray(writeWhatFits(this.#master, bytes));
    if (rest.length === 0 || this.#size + rest.length > this.#keeps) return bytes.length - rest.length;
    this.#kept.push(rest.slice());
    this.#size += rest.length;
    this.#timer ??= setTimeout(() => this.#later(), AGAIN_ms);
    return bytes.length;
  }

  #later(): void {
    this.#timer = undefined;
    try {
      this.#goOn();
    } catch (error) {
      this.stop();
      this.#failed(error);
    }
  }

  #goOn(): void {
    while (this.#kept.length > 0) {
      const [first] = this.#kept as [Uint8Array];
      const done = writeWhatFits(this.#master, first);
      this.#size -= done;
      if (done < first.length) {
        this.#kept[0] = first.subarray(done);
        this.#timer = setTimeout(() => this.#later(), AGAIN_ms);
        return;
      }
      this.#kept.shift();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#kept = [];
  }
}

/** How many bytes the terminal has taken. */
function writeWhatFits(master: number, bytes: Uint8Array): number {
  try {
    return writeSync(master, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EIO") return bytes.length; // nobody has it open any more
    if (code !== "EAGAIN") throw error;
    return 0;
  }
}
