// RS-485: the serial port of the settings, or a pseudo-terminal of the modelled board, with the Modbus server on it. A port
// that is missing, unplugged or taken is told and tried again with growing pauses; the loop goes on meanwhile.

import {
  createSerialLine,
  isAddressed,
  isAtRest,
  isOverdue,
  type LineSettings,
  type LineStep,
  nextWake_us,
  type SerialLine,
  setLine,
  takeBytes,
  takeOutcome,
  wake,
} from "../modbus/serial-line.ts";
import type { Asked } from "../model/asking.ts";
import type { Settings } from "../model/settings.ts";
import { BackOff } from "./back-off.ts";
import { type ByteLink, type LinkEvents, type PortTrouble, portTrouble } from "./byte-link.ts";
import type { ModbusDesk } from "./modbus-desk.ts";
import type { PortEvents } from "./port-board.ts";

export class Rs485 {
  readonly #desk: ModbusDesk;
  readonly #events: PortEvents;
  /** Where the modelled board's own port gets its name. */
  readonly #name: string;
  readonly #now_us: () => number;
  readonly #backOff = new BackOff();
  readonly #line: SerialLine;
  #wanted: Wanted;
  #link: ByteLink | undefined;
  /** Rises with each opening: what an older link still says is not heard. */
  #generation = 0;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #isClosed = false;
  /** When the last answer has left the wire. */
  #sentUntil_us = 0;

  constructor(desk: ModbusDesk, settings: Settings, name: string, now_us: () => number, events: PortEvents) {
    this.#desk = desk;
    this.#events = events;
    this.#name = name;
    this.#now_us = now_us;
    this.#wanted = wantedOf(settings);
    this.#line = createSerialLine(this.#wanted.line, desk.context.counters.serial);
  }

  /** Opens the port, or goes on trying. */
  async open(): Promise<void> {
    const generation = ++this.#generation;
    const events: LinkEvents = {
      received: (chunk) => this.#guarded(generation, () => this.#take(chunk)),
      failed: (trouble) => this.#guarded(generation, () => this.#failed(trouble)),
    };
    try {
      const link = await this.#openLink(events);
      if (generation !== this.#generation || this.#isClosed) return await closeQuietly(link);
      this.#link = link;
      this.#backOff.opened(performance.now());
      this.#events.opened(`RS-485: Modbus RTU at ${link.place}`);
    } catch (error) {
      if (generation === this.#generation && !this.#isClosed) this.#failed(portTrouble(error));
    }
  }

  async #openLink(events: LinkEvents): Promise<ByteLink> {
    const { path, line } = this.#wanted;
    if (path === "") return (await import("./pseudo-terminal.ts")).openPseudoTerminal(this.#name, events);
    return (await import("./serial-port.ts")).openSerialPort(path, line, events);
  }

  /** Settings that concern the wire open it anew once the answer under way has gone out. */
  take(settings: Settings): void {
    const before = this.#wanted;
    this.#wanted = wantedOf(settings);
    setLine(this.#line, this.#wanted.line);
    if (isSameWire(before, this.#wanted)) return;
    this.#reopenWhenQuiet();
  }

  /** An answer under way goes out by the old settings. */
  #reopenWhenQuiet(): void {
    const isQuiet = isAtRest(this.#line) && this.#now_us() >= this.#sentUntil_us;
    if (isQuiet) void this.#reopen();
    else setTimeout(() => this.#reopenWhenQuiet(), LOOK_ms).unref();
  }

  async #reopen(): Promise<void> {
    if (this.#isClosed) return;
    this.#backOff.stop();
    await this.#dropLink();
    await this.open();
  }

  async #dropLink(): Promise<void> {
    this.#generation++;
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) await closeQuietly(link);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#backOff.stop();
    this.#disarm();
    await this.#dropLink();
  }

  #failed(trouble: PortTrouble): void {
    const { path } = this.#wanted;
    void this.#dropLink();
    this.#events.failed(trouble, `RS-485: ${path === "" ? this.#name : path}: ${trouble.message}; trying again`);
    this.#backOff.again(performance.now(), () => void this.open());
  }

  #guarded(generation: number, act: () => void): void {
    if (generation === this.#generation) this.#events.guard(act);
  }

  #take(chunk: Uint8Array): void {
    if (!this.#desk.isAwake) return;
    const now_us = this.#now_us();
    this.#carryOut(takeBytes(this.#line, this.#desk.context, chunk, now_us, isOverdue(this.#line, now_us)));
  }

  #carryOut({ send, asked }: LineStep): void {
    if (send !== undefined) this.#send(send);
    if (asked !== undefined) this.#hand(asked);
    this.#arm();
  }

  #send(bytes: Uint8Array): void {
    this.#link?.write(bytes);
    this.#sentUntil_us = this.#now_us() + bytes.length * this.#line.timing.travel_us;
  }

  #hand(asked: Asked): void {
    const line = this.#line;
    this.#desk.hand(asked, line.session.actor, (outcome) =>
      this.#events.guard(() => this.#carryOut(takeOutcome(line, this.#desk.context, outcome, this.#now_us()))),
    );
  }

  /** Calls at the line's next deadline. A timer may fire a little early; then it is set again. */
  #arm(): void {
    this.#disarm();
    const next_us = nextWake_us(this.#line);
    if (next_us === undefined || this.#isClosed) return;
    const wait_us = next_us - this.#now_us();
    const act = (): void => this.#look();
    const isUrgent = isAddressed(this.#line);
    if (isUrgent && wait_us < AWAKE_us) this.#soon = setImmediate(act);
    else this.#timer = setTimeout(act, Math.max(0, Math.ceil(wait_us / 1000) - (isUrgent ? 2 : 0)));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
  }

  /** Timers come before what has arrived while the loop was busy: until now there was silence only if the port has nothing either. */
  #look(): void {
    const now_us = this.#now_us();
    this.#soon = setImmediate(() => this.#events.guard(() => this.#wake(now_us)));
  }

  #wake(now_us: number): void {
    this.#carryOut(wake(this.#line, this.#desk.context, now_us));
  }
}

/** Timers come up to 1 ms and more late. A master waits for its answer: the last stretch before it is spent awake. */
const AWAKE_us = 2000;
/** A link that cannot be closed in order is given up all the same. */
const closeQuietly = (link: ByteLink): Promise<void> => link.close().catch(() => {});

/** How often to look whether the line is quiet. */
const LOOK_ms = 50;

type Wanted = { readonly path: string; readonly line: LineSettings };

function wantedOf({ rs485, modbus }: Settings): Wanted {
  return {
    path: modbus.serialPort,
    line: {
      ...{ baud: Number(rs485.baud), parity: rs485.parity, stopBits: rs485.stopBits === "2" ? 2 : 1 },
      ...{ unit: rs485.address, responseDelay_us: rs485.responseDelay_ms * 1000 },
      ...{ silence_us: rs485.silence_ms * 1000, isStrict: rs485.gaps === "strict" },
      isInstant: modbus.serialPort === "",
    },
  };
}

/** A pseudo-terminal has no baud rate: it stays as it is, and so do the programs that have it open. */
function isSameWire(a: Wanted, b: Wanted): boolean {
  if (a.path !== b.path || a.path === "") return a.path === b.path;
  return a.line.baud === b.line.baud && a.line.parity === b.line.parity && a.line.stopBits === b.line.stopBits;
}
