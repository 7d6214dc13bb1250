// Does what a console asks: objects of this device's own dictionary at once, those of other nodes over the bus, NMT and LSS as a
// master. One for each console: it has its own login and its own staged settings.

import { abortText } from "../canopen/abort-codes.ts";
import {
  type Application,
  createApplication,
  createSession,
  logOut,
  type Result,
  turnTo,
} from "../canopen/application.ts";
import { applicationObjects } from "../canopen/application-objects.ts";
import { type DataType, textBytes } from "../canopen/data-types.ts";
import { nodeIdentity } from "../canopen/device-node.ts";
import { readEntry, writeEntry } from "../canopen/dictionary.ts";
import { logIn } from "../canopen/login.ts";
import { createNames, type Names, type Place } from "../canopen/names.ts";
import type { Dictionary, FileAsked, FileOutcome, ReadResult, WriteResult } from "../canopen/object.ts";
import { rulesOf } from "../canopen/orders.ts";
import type { SdoResult } from "../canopen/sdo-client-state.ts";
import type { Datatype } from "../console/datatypes.ts";
import type {
  ConsoleIdentity,
  ConsoleOutcome,
  ConsoleRequest,
  Directory,
  Named,
  TransferOptions,
} from "../console/requests.ts";
import { mayControl, mayService } from "../model/access.ts";
import type { Asked, Outcome } from "../model/asking.ts";
import type { BusDesk } from "./bus-desk.ts";
import type { CanNode } from "./can-node.ts";
import type { CanSide } from "./can-side.ts";
import type { CanopenMaster } from "./canopen-master.ts";
import { runLss } from "./console-lss.ts";

type Done = (outcome: ConsoleOutcome) => void;

/** What a console needs of the device. */
export type DeviceDesk = Pick<BusDesk, "show" | "isAwake" | "hand">;
/** And of its bus. */
export type BusSide = Pick<CanSide, "logins" | "charger"> & {
  readonly node: Pick<CanNode, "node" | "poke" | "handFile">;
  readonly master: Pick<CanopenMaster, "read" | "write" | "nmt" | "lss">;
};

/** Who sits at the console, for the journal. */
export type ConsolePeer = { readonly actor: string; readonly isLocal: boolean };

const ASLEEP: ConsoleOutcome = { kind: "error", error: "state", why: "the device is in standby" };
const DENIED: ConsoleOutcome = { kind: "error", error: "denied", why: "log in first: login PASSWORD" };
const DONE: ConsoleOutcome = { kind: "done" };
/** The communication area belongs to the node, which all consoles share. */
const APPLICATION = 0x2000;
/** What a charger tells of itself is its own to write: a console that does is one that may serve the device. */
const PROFILE = 0x6000;

const DATATYPES: Readonly<Record<DataType, Datatype>> = {
  ...{ boolean: "b", i8: "i8", i16: "i16", i32: "i32", i64: "i64", u8: "u8", u16: "u16", u32: "u32", u64: "u64" },
  ...{ real32: "r32", real64: "r64", visibleString: "vs", octetString: "os", timeOfDay: "t", domain: "d" },
};

export class ConsoleDesk {
  readonly directory: Directory;
  readonly #desk: DeviceDesk;
  readonly #side: BusSide;
  readonly #application: Application;
  readonly #own: Dictionary;
  readonly #peer: ConsolePeer;
  readonly #now_us: () => number;
  #names: Names | undefined;
  /** What had come of the last order when a request began: words of it are no reason for what is refused now. */
  #before: Result | undefined;
  /** The node's dictionary that they were made with. */
  #named: Dictionary | undefined;

  constructor(desk: DeviceDesk, side: BusSide, peer: ConsolePeer, now_us: () => number) {
    this.#desk = desk;
    this.#side = side;
    this.#peer = peer;
    this.#now_us = now_us;
    this.#application = createApplication({
      ...{ show: () => desk.show(), guard: side.logins, charger: side.charger },
      session: createSession({ ...peer, peer: peer.actor }),
    });
    this.#own = new Map(applicationObjects(this.#application).map((object) => [object.index, object]));
    this.directory = {
      find: (name) => this.#one(this.#namesNow().find(name)),
      at: (index, subIndex) => named(this.#namesNow().at(index, subIndex), ""),
      all: () => this.#all(),
    };
  }

  /** Who this device is on the bus. */
  readonly identity = (): ConsoleIdentity => {
    const { settings, identity } = this.#desk.show();
    const { vendorId, productCode, revision, serial } = nodeIdentity(settings, identity);
    const nodeId = this.#side.node.node?.nodeId ?? settings.can.nodeId;
    return { nodeId, identity: [vendorId, productCode, revision, serial] };
  };

  logOut(): void {
    logOut(this.#application.session);
  }

  /** `done` gets what came of it, once. */
  carryOut(request: ConsoleRequest, options: TransferOptions, done: Done): void {
    turnTo(this.#application, this.#now_us());
    this.#before = this.#application.session.result;
    if (request.kind === "read") this.#read(request, options, done);
    else if (request.kind === "write") this.#write(request, options, done);
    else if (request.kind === "nmt") done(this.#nmt(request));
    else if (request.kind === "lss") this.#lss(request, options, done);
    else this.#login(request.password, done);
  }

  #isOwn(node: number): boolean {
    return node === this.identity().nodeId;
  }

  #read(
    { node, index, subIndex }: Extract<ConsoleRequest, { kind: "read" }>,
    options: TransferOptions,
    done: Done,
  ): void {
    if (!this.#isOwn(node))
      void this.#side.master.read(node, index, subIndex, options).then((result) => done(ofTransfer(result)));
    else if (this.#desk.isAwake) this.#settle(readEntry(this.#dictionaryFor(index), index, subIndex), done);
    else done(ASLEEP);
  }

  #write(request: Extract<ConsoleRequest, { kind: "write" }>, options: TransferOptions, done: Done): void {
    const { node, index, subIndex, data } = request;
    const isOwn = this.#isOwn(node);
    const isOpen = isOwn && index >= APPLICATION && index < PROFILE;
    if (!isOpen && !this.#mayService) done(DENIED);
    else if (!isOwn)
      void this.#side.master.write(node, index, subIndex, data, options).then((result) => done(ofTransfer(result)));
    else if (this.#desk.isAwake) this.#settle(writeEntry(this.#dictionaryFor(index), index, subIndex, data), done);
    else done(ASLEEP);
  }

  /** Reads and writes that only the device can finish wait for it. */
  #settle(result: ReadResult | WriteResult, done: Done): void {
    if (typeof result !== "object" || result instanceof Uint8Array) {
      done(this.#told(result));
      this.#side.node.poke();
      return;
    }
    const finish = (outcome: Outcome | FileOutcome): void => this.#settle(result.finish(outcome), done);
    this.#hand(result.asked, finish);
  }

  #hand(asked: Asked | FileAsked, done: (outcome: Outcome | FileOutcome) => void): void {
    if (asked.kind === "ask" || asked.kind === "login")
      this.#desk.hand(asked, { actor: this.#peer.actor, source: "console" }, done);
    else this.#side.node.handFile(asked, done);
  }

  #told(result: Uint8Array | number | string): ConsoleOutcome {
    if (result instanceof Uint8Array) return { kind: "data", data: result };
    return typeof result === "number" ? { kind: "abort", code: result, text: this.#reason(result) } : DONE;
  }

  /** Why, in the words of what went wrong, where there are any. */
  #reason(code: number): string {
    const { result } = this.#application.session;
    const { text } = result;
    return result !== this.#before && text !== "" ? `${abortText(code)}: ${text}` : abortText(code);
  }

  #nmt({ node, command }: Extract<ConsoleRequest, { kind: "nmt" }>): ConsoleOutcome {
    if (!mayControl(rulesOf(this.#application), this.#application.session, this.#now_us())) return DENIED;
    this.#side.master.nmt(node, command === "preoperational" ? "enterPreOperational" : command);
    return DONE;
  }

  #lss({ lss }: Extract<ConsoleRequest, { kind: "lss" }>, options: TransferOptions, done: Done): void {
    const isAsking = lss.service === "inquire" || lss.service === "inquireNode";
    if (isAsking || this.#mayService) void runLss(this.#side.master, lss, options).then(done);
    else done(DENIED);
  }

  #login(password: string, done: Done): void {
    const result = logIn(this.#application, textBytes(password));
    if (typeof result !== "object") {
      done({ kind: "error", error: "denied", why: this.#application.session.result.text });
      return;
    }
    this.#hand(result.asked, (outcome) => {
      result.finish(outcome);
      done(outcome.kind === "login" ? outcome : { kind: "error", error: "state", why: "busy: try again" });
    });
  }

  get #mayService(): boolean {
    return mayService(rulesOf(this.#application), this.#application.session, this.#now_us());
  }

  #dictionaryFor(index: number): Dictionary {
    return index < APPLICATION ? (this.#side.node.node?.dictionary ?? this.#own) : this.#own;
  }

  /** Made when first needed, and when the device has woken since: names of the node's objects and of the application's. */
  #namesNow(): Names {
    const dictionary = this.#side.node.node?.dictionary;
    if (this.#names !== undefined && (dictionary === undefined || dictionary === this.#named)) return this.#names;
    const communication = [...(dictionary ?? [])].filter(([index]) => index < APPLICATION);
    this.#names = createNames(new Map([...communication, ...this.#own]));
    this.#named = dictionary;
    return this.#names;
  }

  #one(places: readonly Place[]): Named | undefined {
    const [place, more] = places;
    return place === undefined || more !== undefined ? undefined : named(place, place.entry?.name ?? "");
  }

  *#all(): Iterable<Named> {
    for (const [name, place] of this.#namesNow().all) yield named(place, name)!;
  }
}

const ofTransfer = (result: SdoResult): ConsoleOutcome =>
  result.ok
    ? { kind: "data", data: result.data }
    : { kind: "abort", code: result.abort, text: abortText(result.abort) };

function named({ index, subIndex, entry }: Place, name: string): Named | undefined {
  if (entry === undefined) return undefined;
  const { type, access, unit = "none", help = "", words } = entry;
  const shown = unit === "none" ? "" : unit;
  return { name, index, subIndex, type: DATATYPES[type], access, unit: shown, help, ...(words && { words }) };
}
