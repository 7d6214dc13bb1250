// A Modbus client on a port of this machine: a serial line, or a TCP connection with either framing. One request at a time,
// each with its time-out; what the other side does wrong comes back as a failure with words, never as an exception.

import { connect, type Socket } from "node:net";
import { messageOf } from "../base/error-text.ts";
import { type ClientFraming, frameOf, hear } from "../modbus/client.ts";
import { EXCEPTIONS, type ExceptionCode } from "../modbus/protocol.ts";
import { type LineFormat, rtuTiming } from "../modbus/rtu-timing.ts";
import { PORT_TROUBLES } from "../model/signals-equipment.ts";
import { afterLook, type Cancel } from "./after-look.ts";
import { type ByteLink, portTrouble } from "./byte-link.ts";
import { openSerialPort } from "./serial-port.ts";

export type ModbusTarget =
  | { readonly framing: "serial"; readonly path: string; readonly format: LineFormat }
  | { readonly framing: "tcp" | "rtu"; readonly host: string; readonly port: number };

/** exception: the device refused, `code` says how. silent: no answer in time. strange: no Modbus answer. closed: no port. */
export type Failure = {
  readonly kind: "exception" | "silent" | "strange" | "closed";
  readonly code: number;
  readonly message: string;
};
export type Exchanged =
  | { readonly ok: true; readonly pdu: Uint8Array }
  | { readonly ok: false; readonly failure: Failure };

/** A port that cannot be opened at all. */
export class PortError extends Error {
  override name = "PortError";
}

const fail = (kind: Failure["kind"], message: string, code = 0): Exchanged => ({
  ok: false,
  failure: { kind, code, message },
});

export class ModbusClient {
  readonly framing: ClientFraming;
  /** After a time-out on a line, wait as long again for an answer that is late; a server under test is not waited for. */
  awaitsLate = true;
  readonly #timeout_ms: number;
  readonly #silence_ms: number;
  #link: ByteLink | undefined;
  #transaction = 0;
  #bytes = new Uint8Array(0);
  /** Called when bytes come, when the line falls silent, and when it closes. */
  #wake: (event: "bytes" | "silence" | "closed") => void = () => {};
  #stopListening: Cancel = () => {};
  #closed = "";
  /** The unit whose last answer has not come: it may still come, and be taken for that to the next request. */
  #late: number | undefined;
  /** What a short request and its answer take on the line. */
  readonly #travel_ms: number;

  private constructor(target: ModbusTarget, timeout_ms: number) {
    this.framing = target.framing;
    this.#timeout_ms = timeout_ms;
    const timing = target.framing === "serial" ? rtuTiming(target.format) : undefined;
    // What a USB adapter may hold back before it hands on the rest of a frame.
    this.#silence_ms = Math.ceil((timing?.between_us ?? 0) / 1000) + 50;
    this.#travel_ms = Math.ceil((20 * (timing?.character_us ?? 0)) / 1000);
  }

  /** Throws a PortError with what to do about it. */
  static async open(target: ModbusTarget, timeout_ms: number): Promise<ModbusClient> {
    const client = new ModbusClient(target, timeout_ms);
    try {
      client.#link = target.framing === "serial" ? await client.#openSerial(target) : await client.#connect(target);
      return client;
    } catch (error) {
      throw new PortError(openMessage(target, error));
    }
  }

  #openSerial({ path, format }: Extract<ModbusTarget, { framing: "serial" }>): Promise<ByteLink> {
    return openSerialPort(path, format, {
      received: (chunk) => this.#received(chunk),
      failed: ({ message }) => this.#ended(message),
    });
  }

  async #connect({ host, port }: Extract<ModbusTarget, { framing: "tcp" | "rtu" }>): Promise<ByteLink> {
    const socket = connect({ host, port, noDelay: true });
    await opened(socket, this.#timeout_ms);
    socket.on("data", (chunk) => this.#received(chunk));
    socket.on("error", (error) => this.#ended(messageOf(error)));
    socket.on("close", () => this.#ended("the other side closed the connection"));
    return {
      place: `${host}:${port}`,
      write: (bytes) => {
        socket.write(bytes);
        return bytes.length;
      },
      close: async () => {
        socket.destroy();
      },
    };
  }

  #received(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    this.#bytes = bytes;
    this.#wake("bytes");
    this.#stopListening();
    this.#stopListening = afterLook(this.#silence_ms, () => this.#wake("silence"));
  }

  #ended(message: string): void {
    this.#closed ||= /bad file descriptor|EBADF|EIO|i\/o error/i.test(message) ? "the port has gone" : message;
    this.#wake("closed");
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.#link?.close();
  }

  /** Sends bytes as they are; for tests of servers. */
  sendRaw(bytes: Uint8Array): void {
    this.#link?.write(bytes);
  }

  /** What has come since the last request, once nothing has come for so long. */
  async heardRaw(wait_ms: number): Promise<{ readonly bytes: Uint8Array; readonly isClosed: boolean }> {
    await new Promise<void>((resolve) => afterLook(wait_ms, resolve));
    const bytes = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return { bytes, isClosed: this.#closed !== "" };
  }

  /** Sends a request and gives the answer's PDU; an exception of the device is a failure. */
  async request(unit: number, pdu: Uint8Array, timeout_ms = this.#timeout_ms): Promise<Exchanged> {
    if (this.#late === unit && this.framing !== "tcp" && this.awaitsLate) await this.heardRaw(timeout_ms);
    this.#late = undefined;
    if (this.#closed !== "") return fail("closed", this.#closed);
    this.#transaction = (this.#transaction + 1) & 0xffff;
    this.#bytes = new Uint8Array(0);
    this.#link!.write(frameOf(this.framing, this.#transaction, unit, pdu));
    if (unit === 0 && this.framing !== "tcp") return { ok: true, pdu }; // nobody answers a broadcast
    const heard = await this.#answer(unit, pdu, timeout_ms);
    if (!heard.ok && heard.failure.kind === "silent") this.#late = unit;
    if (!heard.ok || (heard.pdu[0]! & 0x80) === 0) return heard;
    const code = heard.pdu[1] ?? 0;
    return fail("exception", exceptionWords(code), code);
  }

  #answer(unit: number, pdu: Uint8Array, timeout_ms: number): Promise<Exchanged> {
    return new Promise((resolve) => {
      const done = (result: Exchanged): void => {
        giveUp();
        this.#wake = () => {};
        resolve(result);
      };
      const giveUp = afterLook(timeout_ms + this.#travel_ms, () => done(this.#tooLate(unit, pdu, timeout_ms)));
      this.#wake = (event) => {
        if (event === "closed") return done(fail("closed", this.#closed));
        const heard = hear(this.framing, this.#transaction, unit, pdu, this.#bytes, event === "silence");
        if (heard.kind === "answer") done({ ok: true, pdu: heard.pdu });
        else if (heard.kind === "strange") done(fail("strange", heard.why));
      };
    });
  }

  #tooLate(unit: number, pdu: Uint8Array, timeout_ms: number): Exchanged {
    const heard = hear(this.framing, this.#transaction, unit, pdu, this.#bytes, true);
    if (heard.kind === "strange") return fail("strange", heard.why);
    const others = heard.kind === "others" ? ` (${heard.why})` : "";
    return fail("silent", `no answer from unit ${unit} within ${timeout_ms} ms${others}`);
  }
}

/** "illegal data address (2): there is no such register, or it cannot be written". */
export function exceptionWords(code: number): string {
  const row = EXCEPTIONS[code as ExceptionCode] as { name: string; help: string } | undefined;
  return row === undefined ? `exception ${code}` : `${row.name} (${code}): ${row.help}`;
}

function opened(socket: Socket, timeout_ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no connection within ${timeout_ms} ms`));
    }, timeout_ms);
    const settle = (act: () => void) => (): void => {
      clearTimeout(timer);
      act();
    };
    socket.once("connect", settle(resolve));
    socket.once("error", (error) => settle(() => reject(error))());
  });
}

const placeOf = (target: ModbusTarget): string =>
  target.framing === "serial" ? target.path : `${target.host}, port ${target.port}`;

function openMessage(target: ModbusTarget, error: unknown): string {
  const { code, message } = portTrouble(error);
  if (PORT_TROUBLES[code] === "in use") return `cannot open ${placeOf(target)}: another program uses it`;
  if (target.framing === "serial")
    return `cannot open ${target.path}: ${message.replace(/^Error:? ?/, "").replace(/, cannot open .*$/, "")}`;
  return `cannot connect to ${target.host}, port ${target.port}: ${message}`;
}
