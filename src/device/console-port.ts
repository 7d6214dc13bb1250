// One console on one line, whatever the line is: bytes in, text out, what it asks done by its desk.

import type { ConsoleEvent } from "../console/answers.ts";
import {
  type ConsoleStep,
  createGateway,
  type Gateway,
  nextDeadline_us,
  poll,
  takeBytes,
  takeEvent,
  takeOutcome,
} from "../console/gateway.ts";
import type { ConsoleDesk } from "./console-desk.ts";

export type ConsoleLine = {
  readonly write: (text: string) => void;
  /** Runs what could be a mistake of ours. */
  readonly guard: (act: () => void) => void;
  readonly now_us: () => number;
};

export class ConsolePort {
  readonly #desk: ConsoleDesk;
  readonly #line: ConsoleLine;
  readonly #gateway: Gateway;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(desk: ConsoleDesk, line: ConsoleLine) {
    this.#desk = desk;
    this.#line = line;
    this.#gateway = createGateway({ directory: desk.directory, identity: desk.identity });
  }

  take(chunk: Uint8Array): void {
    this.#carryOut(takeBytes(this.#gateway, chunk, this.#line.now_us()));
  }

  tell(event: ConsoleEvent): void {
    const text = takeEvent(this.#gateway, event);
    if (text !== "") this.#line.write(text);
  }

  /** Whoever sat here has gone: nobody comes after them with their login. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#desk.logOut();
  }

  #carryOut({ text, asked, isLogout }: ConsoleStep): void {
    if (isLogout === true) this.#desk.logOut();
    if (text !== "") this.#line.write(text);
    if (asked !== undefined) this.#desk.carryOut(asked.request, asked.options, (outcome) => this.#goOn(outcome));
    this.#arm();
  }

  #goOn(outcome: Parameters<typeof takeOutcome>[1]): void {
    this.#line.guard(() => {
      if (!this.#isClosed) this.#carryOut(takeOutcome(this.#gateway, outcome, this.#line.now_us()));
    });
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const deadline_us = nextDeadline_us(this.#gateway);
    if (this.#isClosed || !Number.isFinite(deadline_us)) return;
    const wait_ms = Math.max(1, Math.ceil((deadline_us - this.#line.now_us()) / 1000));
    this.#timer = setTimeout(
      () => this.#line.guard(() => this.#carryOut(poll(this.#gateway, this.#line.now_us()))),
      wait_ms,
    ).unref();
  }
}
