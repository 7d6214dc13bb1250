// Where buses meet the device: shows them what it is now, hands over what their clients ask of it with the answers of the next
// tick, and checks passwords. What is on its way is bounded, so that no flood of orders reaches the core.

import { copyImage, createImageReader } from "../core/signal-image.ts";
import type { Answer, Asked, Asking, LoginOutcome, Outcome } from "../model/asking.ts";
import type { Identity, Shown } from "../model/shown.ts";
import { IMAGE_SIZE } from "../model/signal-image.ts";
import { ask, type Device } from "../virtual/device.ts";
import { happening } from "../virtual/happenings.ts";
import { enter, type Journal } from "../virtual/journal.ts";
import { deviceIdentity } from "./device-identity.ts";
import { isPassword } from "./password-hash.ts";
import { SERVICE_ACCOUNT } from "./service-password.ts";
import type { StoreThread } from "./store-thread.ts";

/** Requests of clients that may wait for the next tick, all clients together. */
const MOST_WAITING = 64;

type Done = (outcome: Outcome) => void;

/** Who asks, for the journal: "Modbus TCP 192.168.1.7", and the room it came through. */
export type Asker = { readonly actor: string; readonly source: "modbus" | "canopen" | "console" | "http" };

export class BusDesk {
  readonly #device: Device;
  readonly #journal: Journal;
  readonly #store: StoreThread;
  readonly #image = new Float64Array(IMAGE_SIZE);
  readonly #identity: Identity = deviceIdentity();
  #reader;
  #shown_us = -1;
  #waiting = 0;
  #isChecking = false;

  constructor(device: Device, journal: Journal, store: StoreThread) {
    this.#device = device;
    this.#journal = journal;
    this.#store = store;
    this.#reader = createImageReader(device.bms);
  }

  /** A device in standby has no processor running: nobody answers. */
  get isAwake(): boolean {
    return this.#device.run.awake === 1;
  }

  get #time_s(): number {
    return this.#device.run.time_us / 1e6;
  }

  /** The device as it stands after its last tick. */
  show(): Shown {
    const { bms } = this.#device;
    if (bms !== this.#reader.bms) this.#reader = createImageReader(bms);
    if (this.#device.run.time_us !== this.#shown_us) copyImage(this.#reader, this.#image);
    this.#shown_us = this.#device.run.time_us;
    return { image: this.#image, settings: bms.settings, journal: this.#journal.ring, identity: this.#identity };
  }

  /** Hands over what a client asks; `done` gets what came of it, at once where the device takes no more for now. */
  hand(asked: Asked, by: Asker, done: Done): void {
    const isTaken =
      asked.kind === "ask" ? this.#order(asked.asks, by.actor, done) : this.#login(asked.password, by, done);
    if (!isTaken) done({ kind: "busy" });
  }

  /** Hands requests to the next tick. False when too many wait already; then nothing is asked. */
  #order(asks: readonly Asking[], actor: string, done: Done): boolean {
    if (this.#waiting + asks.length > MOST_WAITING) return false;
    const answers: Answer[] = [];
    this.#waiting += asks.length;
    for (const asking of asks)
      ask(
        this.#device,
        asking,
        (answer) => {
          this.#waiting--;
          if (answers.push(answer) === asks.length) done({ kind: "answers", answers });
        },
        actor,
      );
    if (asks.length === 0) done({ kind: "answers", answers: [{ ok: true }] });
    return true;
  }

  /** Checks a password, one at a time. False while another is being checked. */
  #login(password: string, by: Asker, done: Done): boolean {
    if (this.#isChecking) return false;
    this.#isChecking = true;
    void this.#check(password).then((login) => {
      this.#isChecking = false;
      this.#enterLogin(login, by);
      done({ kind: "login", login });
    }); // #check never rejects, and what follows is guarded by whoever asks
    return true;
  }

  /** A store that does not answer is nobody's wrong password. */
  async #check(password: string): Promise<LoginOutcome> {
    try {
      const accounts = await this.#store.accounts();
      if (accounts === undefined) return "unavailable";
      const account = accounts.find(({ name }) => name === SERVICE_ACCOUNT);
      if (account === undefined) return "unset";
      return (await isPassword(password, account.hash)) ? "granted" : "wrong";
    } catch {
      return "unavailable";
    }
  }

  #enterLogin(outcome: LoginOutcome, { actor, source }: Asker): void {
    const why = REFUSALS[outcome];
    const what =
      outcome === "granted"
        ? happening("login", "logged in for service", { source, subject: SERVICE_ACCOUNT, actor })
        : happening("loginRefused", `login refused: ${why}`, { source, subject: SERVICE_ACCOUNT, actor });
    enter(this.#journal, this.#time_s, what);
  }
}

const REFUSALS: Readonly<Record<LoginOutcome, string>> = {
  granted: "",
  wrong: "wrong password",
  unset: "no service password is set",
  unavailable: "passwords cannot be checked",
};
