// The link to a device at a serial port of this computer (Web Serial): the page speaks the console's protocol with it. The line is
// slow, so what is looked at is read in every pass and the rest a little at a time. A port that goes is waited for.

import { IMAGE_SIZE } from "../../model/signal-image.ts";
import { SIGNAL_NAMES } from "../../model/signals.ts";
import type { OperationName } from "../../monitor/operations.ts";
import type { ProblemKind } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import { type Link, type LinkListener, ProblemError, type Wish } from "./link.ts";
import { ConsoleLine, ConsoleRefusal } from "./serial/console-line.ts";
import { SERIAL_CALLS, type SerialSide } from "./serial/serial-calls.ts";
import { readSettings } from "./serial/serial-settings.ts";
import { type Seen, type SerialFacts, tellSerial } from "./serial/serial-told.ts";
import { unquoted } from "./serial/setting-text.ts";
import { attend, createReading, nextPass, numberOf, type Reading, type Wanted } from "./serial/signal-reading.ts";
import { isSame, type LinkClock, PAGE_CLOCK, type UsbPort, type UsbPorts } from "./serial/usb-port.ts";

/** A USB port has no speed of its own; adapters in between mostly have this one. */
const BAUD = 115_200;
const RETRY_ms = 1000;
const REFRESH_ms = 30_000;
/** What the gateway says where an order is not for this client, or not now (console/errors.ts), and abort codes of objects. */
const KINDS: Readonly<Record<number, ProblemKind>> = {
  102: "unavailable",
  300: "notAllowed",
  302: "notAllowed",
  134217761: "notAllowed",
};
const STANDBY = 102;

/** What there is while the line is up. */
type Up = { readonly line: ConsoleLine; readonly reading: Reading; facts: SerialFacts; refreshed_ms: number };

export class SerialLink implements Link {
  readonly home = "serial";
  readonly #ports: UsbPorts;
  readonly #clock: LinkClock;
  readonly #image = new Float64Array(IMAGE_SIZE).fill(Number.NaN);
  readonly #seen: Seen = new Map();
  #port: UsbPort;
  #listener: LinkListener | undefined;
  #attended: ReadonlySet<string> = new Set();
  #wish: Wish = { rate_Hz: 10, bus: false, world: false };
  #up: Up | undefined;
  /** Those who wait for the line. */
  #waiting: ((up: Up) => void)[] = [];
  #isClosed = false;
  #isOpening = false;
  #told = "";
  readonly #hurry = (): void => void this.#connect();

  /** @param port one that the person has chosen */
  constructor(port: UsbPort, ports: UsbPorts, clock: LinkClock = PAGE_CLOCK) {
    this.#port = port;
    this.#ports = ports;
    this.#clock = clock;
    ports.addEventListener("connect", this.#hurry);
    void this.#connect();
  }

  can(name: OperationName): boolean {
    return Object.hasOwn(SERIAL_CALLS, name);
  }

  async call<K extends OperationName>(name: K, input: Input<K>): Promise<AnswerTo<K>> {
    const handler = SERIAL_CALLS[name] as ((side: SerialSide, input: Input<K>) => Promise<AnswerTo<K>>) | undefined;
    if (handler === undefined) throw new ProblemError({ kind: "unavailable", detail: "a console cannot do that" });
    const up = name === "session" ? await this.#connected() : this.#up;
    if (up === undefined) throw new ProblemError({ kind: "unavailable", detail: "the device is not connected" });
    try {
      return await handler(this.#sideOf(up), input);
    } catch (error) {
      throw problemOf(error);
    }
  }

  #connected(): Promise<Up> {
    return new Promise((resolve) => {
      if (this.#up !== undefined) resolve(this.#up);
      else this.#waiting.push(resolve);
    });
  }

  open(listener: LinkListener): void {
    this.#listener = listener;
    listener.state(this.#up === undefined ? "connecting" : "up");
    this.#told = "";
  }

  want(wish: Wish): void {
    this.#wish = wish;
  }

  attend(signals: ReadonlySet<string>): void {
    this.#attended = signals;
    if (this.#up !== undefined) this.#up.reading.attended = attend(signals);
  }

  close(): void {
    this.#isClosed = true;
    this.#ports.removeEventListener("connect", this.#hurry);
    void this.#leave();
  }

  async #leave(): Promise<void> {
    const up = this.#up;
    this.#up = undefined;
    await up?.line.close();
    await this.#port.close().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    if (this.#isClosed || this.#isOpening || this.#up !== undefined) return;
    this.#isOpening = true;
    let line: ConsoleLine | undefined;
    try {
      this.#port = (await this.#ports.getPorts()).find((port) => isSame(port, this.#port)) ?? this.#port;
      await this.#port.open({ baudRate: BAUD });
      line = new ConsoleLine(this.#port, this.#clock, (why) => void this.#lost(why));
      await this.#greet(line);
    } catch (error) {
      await line?.close();
      await this.#port.close().catch(() => undefined);
      this.#wait(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isOpening = false;
    }
  }

  /** Who is there, and its settings; then it is read without end. */
  async #greet(line: ConsoleLine): Promise<void> {
    const [model, program, settings] = await Promise.all([
      line.ask("r 0x1008 0 vs").catch(orNothing),
      line.ask("r 0x100A 0 vs").catch(orNothing),
      readSettings(line),
    ]);
    const now_ms = this.#clock.now_ms();
    const facts: SerialFacts = {
      ...{ model: unquoted(model), program: unquoted(program), setup: "USB", isAwake: true, settings },
      started_us: now_ms * 1000,
    };
    this.#image.fill(Number.NaN);
    this.#up = { line, reading: createReading(settings.battery.cells, this.#attended), facts, refreshed_ms: now_ms };
    this.#told = "";
    for (const resolve of this.#waiting.splice(0)) resolve(this.#up);
    void this.#readOn(this.#up);
  }

  async #readOn(up: Up): Promise<void> {
    const isSlow = false;
    while (this.#up === up) {
      const began_ms = this.#clock.now_ms();
      try {
        await this.#read(up, nextPass(up.reading, isSlow));
        if (began_ms - up.refreshed_ms > REFRESH_ms) await this.#refresh(up);
        this.#setAwake(up, true);
      } catch (error) {
        if (!(error instanceof ConsoleRefusal)) return; // the line has told that it is lost
        this.#setAwake(up, error.code !== STANDBY);
      }
      if (this.#up !== up) return;
      this.#tell(up);
      const spent_ms = this.#clock.now_ms() - began_ms;
      await new Promise<void>((resolve) =>
        this.#clock.after(Math.max(0, 1000 / this.#wish.rate_Hz - spent_ms), resolve),
      );
    }
  }

  /** What an object refuses is not known; a device in standby refuses everything. */
  async #read({ line }: Up, wanted: readonly Wanted[]): Promise<void> {
    await Promise.all(
      wanted.map(async (each) => {
        const answer = await line.ask(each.command).catch((error: unknown) => {
          if (error instanceof ConsoleRefusal && error.code !== STANDBY) return "NaN";
          throw error;
        });
        this.#image[each.at] = numberOf(each, answer);
      }),
    );
  }

  async #refresh(up: Up): Promise<void> {
    const settings = await readSettings(up.line);
    up.facts = { ...up.facts, settings };
    up.reading.cells = settings.battery.cells;
    up.refreshed_ms = this.#clock.now_ms();
  }

  #setAwake(up: Up, isAwake: boolean): void {
    if (up.facts.isAwake !== isAwake) up.facts = { ...up.facts, isAwake };
  }

  #tell(up: Up): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    const time_us = this.#clock.now_ms() * 1000;
    const device = tellSerial(this.#image, up.facts, this.#seen, time_us);
    const text = JSON.stringify(device);
    if (up.facts.isAwake) listener.image(this.#image, { time_us, uptime_us: time_us - up.facts.started_us });
    if (text === this.#told) return;
    this.#told = text;
    listener.state("up");
    listener.device(device);
  }

  async #lost(why: string): Promise<void> {
    await this.#leave();
    this.#wait(why);
  }

  #wait(why: string): void {
    if (this.#isClosed) return;
    this.#listener?.state("connecting", why);
    this.#clock.after(RETRY_ms, () => void this.#connect());
  }

  #sideOf(up: Up): SerialSide {
    const time_us = (): number => this.#clock.now_ms() * 1000;
    return {
      ...{ line: up.line, image: this.#image, time_us },
      settings: () => up.facts.settings,
      refresh: () => this.#refresh(up),
      readAll: () => this.#read(up, nextPass({ cells: up.reading.cells, attended: SIGNAL_NAMES, next: 0 }, true)),
      device: () => tellSerial(this.#image, up.facts, this.#seen, time_us()),
    };
  }
}

/** A device that does not say so has no name; a lost line is no answer. */
const orNothing = (error: unknown): string => {
  if (error instanceof ConsoleRefusal) return "";
  throw error;
};

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const kind = error instanceof ConsoleRefusal ? (KINDS[error.code] ?? "refused") : "unavailable";
  return new ProblemError({ kind, detail });
}
