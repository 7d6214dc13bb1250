// The other end of a device's console: a serial port or a TCP connection, one command at a time, each with the number by which
// its answer is known (CiA 309-3). Remarks and events that come between are handed on as they come.

import { connect } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { PORT_TROUBLES } from "../model/signals-equipment.ts";
import { type ByteLink, type LinkEvents, portTrouble } from "./byte-link.ts";
import { openSerialPort } from "./serial-port.ts";

export type ConsoleTarget =
  | { readonly kind: "serial"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

export type ConsoleAnswer = {
  /** What stands after the number: "OK", a value, "ERROR:101 #syntax error". */
  readonly text: string;
  /** Lines beginning with "#" that came before it, without that. */
  readonly remarks: readonly string[];
};

/** The line is lost, or the device is silent. */
export class ConsoleLost extends Error {
  override name = "ConsoleLost";
}

type Waiting = {
  readonly number: number;
  readonly remarks: string[];
  readonly resolve: (answer: ConsoleAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/** What serial ports say of a device that was unplugged or has ended. */
const LOST = /bad file descriptor|not open|input\/output error/i;
const ANSWER = /^\[(\d+)\] (.*)$/s;
/** A USB port has no speed of its own; adapters in between mostly have this one. */
const FORMAT = { baud: 115_200, parity: "none", stopBits: 1 } as const;

export class ConsoleClient {
  /** Lines that belong to no command: watched values, events. */
  onLine: (line: string) => void = () => {};
  onLost: (error: ConsoleLost) => void = () => {};
  readonly #timeout_ms: number;
  readonly #decoder = new StringDecoder("utf8");
  #link: ByteLink | undefined;
  #rest = "";
  #number = 0;
  #waiting: Waiting | undefined;

  private constructor(timeout_ms: number) {
    this.#timeout_ms = timeout_ms;
  }

  /** Throws ConsoleLost where the port cannot be opened. */
  static async open(target: ConsoleTarget, timeout_ms: number): Promise<ConsoleClient> {
    const client = new ConsoleClient(timeout_ms);
    const events: LinkEvents = {
      received: (chunk) => client.#take(chunk),
      failed: ({ message }) => client.#lose(new ConsoleLost(LOST.test(message) ? "the port has gone" : message)),
    };
    try {
      client.#link = await openLink(target, events);
    } catch (error) {
      const { code, message } = portTrouble(error);
      throw new ConsoleLost(PORT_TROUBLES[code] === "in use" ? "another program has it open" : message);
    }
    client.#link.write(Buffer.from("\r\n")); // ends what somebody may have left half typed
    return client;
  }

  /** The answer to a command. One at a time. Throws ConsoleLost. */
  command(line: string): Promise<ConsoleAnswer> {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(), this.#timeout_ms);
      this.#waiting = { number, remarks: [], resolve, reject, timer };
      this.#link?.write(Buffer.from(`[${number}] ${line}\r\n`));
    });
  }

  #giveUp(): void {
    this.#end()?.reject(new ConsoleLost(`no answer within ${this.#timeout_ms} ms`));
  }

  #end(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #take(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    const [, number, text] = ANSWER.exec(line) ?? [];
    if (number !== undefined && Number(number) === this.#waiting?.number) {
      const { remarks, resolve } = this.#end()!;
      resolve({ text: text ?? "", remarks });
    } else if (this.#waiting !== undefined && line.startsWith("# ")) this.#waiting.remarks.push(line.slice(2));
    else if (line !== "") this.onLine(line);
  }

  #lose(error: ConsoleLost): void {
    this.#end()?.reject(error);
    this.onLost(error);
  }

  async close(): Promise<void> {
    this.#end()?.reject(new ConsoleLost("closed"));
    await this.#link?.close();
  }
}

function openLink(target: ConsoleTarget, events: LinkEvents): Promise<ByteLink> {
  return target.kind === "serial" ? openSerialPort(target.path, FORMAT, events) : openSocket(target, events);
}

function openSocket({ host, port }: { host: string; port: number }, events: LinkEvents): Promise<ByteLink> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("data", events.received);
      socket.once("error", (error) => events.failed(portTrouble(error)));
      socket.once("end", () => events.failed({ code: 0, message: "the device has closed the connection" }));
      resolve({
        place: `${host}:${port}`,
        write: (bytes) => {
          socket.write(bytes);
          return bytes.length;
        },
        close: async () => void socket.destroy(),
      });
    });
  });
}
