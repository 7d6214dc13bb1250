// The page's end of a device's console (docs/console.md): commands go out with numbers, several at a time, and answers come back
// by them. What is urgent overtakes what waits.

import type { LinkClock, UsbPort } from "./usb-port.ts";

/** The device answers, and says no. */
export class ConsoleRefusal extends Error {
  /** Of the gateway (302: denied), or the abort code of an object. */
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** The line is lost, or the device is silent. */
export class LineLost extends Error {}

type Waiting = {
  readonly command: string;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
};

/** Commands on their way: half of what a device lets wait. */
const WINDOW = 32;
const PATIENCE_ms = 5000;
const ANSWER = /^\[(\d+)\] (.*)$/;
const ERROR = /^ERROR:(0x[\da-f]+|\d+)(?: #(.*))?$/i;
const END = "\r\n";
/** Ends what somebody may have left: half a line, a watch, a login. */
const HELLO = `${END}watch off${END}set echo 0${END}logout${END}`;

type Ends = {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
};

export class ConsoleLine {
  readonly #ends: Ends;
  readonly #clock: LinkClock;
  readonly #lost: (why: string) => void;
  readonly #urgent: Waiting[] = [];
  readonly #queue: Waiting[] = [];
  readonly #sent = new Map<number, Waiting>();
  readonly #encoder = new TextEncoder();
  #number = 0;
  #heard = 0;
  #isOpen = true;
  #callOff: (() => void) | undefined;

  /** @param lost is told once why the line has ended by itself */
  constructor(port: UsbPort, clock: LinkClock, lost: (why: string) => void) {
    const { readable, writable } = port;
    if (readable === null || writable === null) throw new LineLost("the port is not open");
    this.#ends = { reader: readable.getReader(), writer: writable.getWriter() };
    this.#clock = clock;
    this.#lost = lost;
    this.#write(HELLO);
    void this.#listen();
  }

  /** The text of the answer. Rejects with ConsoleRefusal or LineLost. */
  ask(command: string, isUrgent = false): Promise<string> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) reject(new LineLost("the line is closed"));
      else (isUrgent ? this.#urgent : this.#queue).push({ command, resolve, reject });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#end("closed");
    const { reader, writer } = this.#ends;
    await reader.cancel().catch(() => undefined);
    await writer.abort().catch(() => undefined);
    reader.releaseLock();
    writer.releaseLock();
  }

  /** All lines that may go leave in one piece. */
  #pump(): void {
    let text = "";
    while (this.#isOpen && this.#sent.size < WINDOW) {
      const next = this.#urgent.shift() ?? this.#queue.shift();
      if (next === undefined) break;
      const number = ++this.#number;
      this.#sent.set(number, next);
      text += `[${number}] ${next.command}${END}`;
    }
    if (text !== "") this.#write(text);
    this.#watch();
  }

  #write(text: string): void {
    this.#ends.writer.write(this.#encoder.encode(text)).catch((error: unknown) => this.#break(error));
  }

  /** Silence while answers are due ends the line. */
  #watch(): void {
    if (this.#callOff !== undefined || this.#sent.size === 0) return;
    const heard = this.#heard;
    this.#callOff = this.#clock.after(PATIENCE_ms, () => {
      this.#callOff = undefined;
      if (this.#sent.size > 0 && this.#heard === heard) this.#break(new LineLost("the device does not answer"));
      else this.#watch();
    });
  }

  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        const { value, done } = await this.#ends.reader.read();
        if (done) throw new LineLost("the port has gone");
        const lines = (rest + decoder.decode(value, { stream: true })).split(/[\r\n]+/);
        rest = lines.pop() ?? "";
        for (const line of lines) this.#take(line);
        this.#pump();
      }
    } catch (error) {
      this.#break(error);
    }
  }

  #take(line: string): void {
    const [, number, text = ""] = ANSWER.exec(line) ?? [];
    const waiting = this.#sent.get(Number(number));
    if (waiting === undefined) return; // a remark, an event, an answer to somebody before us
    this.#heard++;
    this.#sent.delete(Number(number));
    const [, code, why = ""] = ERROR.exec(text) ?? [];
    if (code === undefined) waiting.resolve(text);
    else waiting.reject(new ConsoleRefusal(Number(code), why));
  }

  #break(error: unknown): void {
    if (!this.#isOpen) return;
    const why = error instanceof Error ? error.message : String(error);
    this.#end(why);
    this.#lost(why);
  }

  #end(why: string): void {
    this.#isOpen = false;
    this.#callOff?.();
    const all = [...this.#sent.values(), ...this.#urgent.splice(0), ...this.#queue.splice(0)];
    this.#sent.clear();
    for (const { reject } of all) reject(new LineLost(why));
  }
}
