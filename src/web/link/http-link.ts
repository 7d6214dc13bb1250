// The link to a device behind its server: requests over HTTP after the table of operations, the stream over a WebSocket that
// opens again by itself, at once when the page comes back from sleep, else after growing pauses.

import { OPERATIONS, type OperationName } from "../../monitor/operations.ts";
import { PROBLEMS, type Problem, type ProblemKind } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import { createImageReceiver, layoutKey, unpackImage } from "../../monitor/stream.ts";
import { recall, remember } from "../state/remembered.ts";
import { texts } from "../texts/texts.ts";
import { type Link, type LinkListener, ProblemError, type Wish } from "./link.ts";

const ROOT = "/api/v1";
/** For which version of the signals this page has been loaded anew. */
const LOADED_FOR = "bms-loaded-for";
const FIRST_PAUSE_ms = 250;
const LONGEST_PAUSE_ms = 5000;
/** A stream that says nothing for so long is taken for dead. */
const SILENCE_ms = 6000;
/** The stream's code for a session that has ended. */
const LOGGED_OUT = 4401;

export class HttpLink implements Link {
  readonly home = "server";
  #listener: LinkListener | undefined;
  #socket: WebSocket | undefined;
  #wish: Wish = { rate_Hz: 10, bus: false, world: true };
  #receiver = createImageReceiver();
  #pause_ms = FIRST_PAUSE_ms;
  #timer = 0;
  #heard_ms = 0;
  #isClosed = false;
  #csrf = "";

  constructor() {
    document.addEventListener("visibilitychange", () => this.#hurry());
    window.addEventListener("online", () => this.#hurry());
    setInterval(() => this.#look(), 1000);
  }

  can(): boolean {
    return true;
  }

  async log(name: string, signal?: AbortSignal): Promise<Blob> {
    const url = `${ROOT}/logs/${encodeURIComponent(name)}`;
    const response = await fetch(url, signal === undefined ? {} : { signal }).catch(() => undefined);
    if (response?.ok === true) return response.blob();
    const body: unknown = await response?.json().catch(() => undefined);
    throw new ProblemError(response === undefined ? NO_SERVER : problemOf(response.status, body));
  }

  async call<K extends OperationName>(name: K, input: Input<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    const { url, init } = requestOf(name, input as Readonly<Record<string, unknown>>, this.#csrf);
    const response = await fetch(url, signal === undefined ? init : { ...init, signal }).catch(() => undefined);
    if (response === undefined) throw new ProblemError(NO_SERVER);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.status === 401 && name !== "logIn") void this.#checkSession();
    if (!response.ok) throw new ProblemError(problemOf(response.status, body));
    const answer = body as AnswerTo<K> & { readonly csrf?: string };
    if (answer.csrf !== undefined) this.#csrf = answer.csrf;
    return answer;
  }

  open(listener: LinkListener): void {
    this.#listener = listener;
    this.#connect();
  }

  want(wish: Wish): void {
    this.#wish = wish;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(wish));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#isClosed || this.#socket !== undefined) return;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${ROOT}/stream`;
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#receiver = createImageReceiver();
    this.#heard_ms = performance.now();
    let wasOpen = false;
    socket.addEventListener("open", () => {
      wasOpen = true;
      socket.send(JSON.stringify(this.#wish));
    });
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("close", ({ code }) => {
      if (!wasOpen || code === LOGGED_OUT) void this.#checkSession();
      this.#lost(socket);
    });
    socket.addEventListener("error", () => this.#lost(socket));
  }

  #take(data: string | ArrayBuffer): void {
    this.#heard_ms = performance.now();
    this.#pause_ms = FIRST_PAUSE_ms;
    if (typeof data === "string") this.#told(JSON.parse(data));
    else {
      const frame = unpackImage(this.#receiver, new Uint8Array(data));
      if (frame !== undefined) this.#listener?.image(this.#receiver.image, frame);
    }
  }

  #told(message: { readonly kind: string } & Readonly<Record<string, never>>): void {
    const listener = this.#listener;
    if (message.kind === "hello") {
      if (message["layout"] === layoutKey()) listener?.state("up");
      else this.#loadAnew(String(message["layout"]));
    } else if (message.kind === "down") listener?.state("down");
    else if (message.kind === "up") listener?.state("up");
    else if (message.kind === "device") {
      listener?.state("up");
      listener?.device(message as never);
    } else if (message.kind === "world") listener?.world(message as never);
    else if (message.kind === "events") listener?.events(message["events"] as never);
    else if (message.kind === "bus") listener?.bus(message["frames"] as never, message["last"] as never);
  }

  /** Another version of the program runs: its own page fits. Once for each, in case an old page comes again from somewhere. */
  #loadAnew(layout: string): void {
    const isTried = recall("sessionStorage", LOADED_FOR) === layout;
    remember("sessionStorage", LOADED_FOR, layout);
    this.close();
    if (isTried) this.#listener?.state("down", texts.shell.otherVersion);
    else location.reload();
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.#isClosed) return;
    this.#listener?.state("connecting");
    this.#timer = window.setTimeout(() => this.#connect(), this.#pause_ms);
    this.#pause_ms = Math.min(LONGEST_PAUSE_ms, 2 * this.#pause_ms);
  }

  /** The stream is not to be had: where the session has ended, the page begins anew and shows the way in. */
  async #checkSession(): Promise<void> {
    const session = await this.call("session", {}).catch(() => undefined);
    if (session?.role === null && !this.#isClosed) location.reload();
  }

  /** The page is seen again, or the network is back: no waiting. */
  #hurry(): void {
    if (document.visibilityState !== "visible") return;
    this.#pause_ms = FIRST_PAUSE_ms;
    clearTimeout(this.#timer);
    this.#look();
    this.#connect();
  }

  #look(): void {
    const socket = this.#socket;
    if (socket === undefined || performance.now() - this.#heard_ms < SILENCE_ms) return;
    socket.close();
    this.#lost(socket);
  }
}

const NO_SERVER: Problem = { kind: "unavailable", detail: "the server does not answer" };

type Sent = { readonly url: string; readonly init: RequestInit };

/** Fields of the input that the path names stand in the path; of the others those of a GET stand in the query, else in the body. */
function requestOf(name: OperationName, input: Readonly<Record<string, unknown>>, csrf: string): Sent {
  const { method, path } = OPERATIONS[name];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const filled = path.replace(/:(\w+)/g, (_, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(String(value));
  });
  if (method === "GET") {
    const query = new URLSearchParams([...rest].map(([key, value]) => [key, String(value)])).toString();
    return { url: `${ROOT}${filled}${query === "" ? "" : `?${query}`}`, init: { method } };
  }
  const headers = { "content-type": "application/json", "x-csrf-token": csrf };
  return { url: `${ROOT}${filled}`, init: { method, headers, body: JSON.stringify(Object.fromEntries(rest)) } };
}

function problemOf(status: number, body: unknown): Problem {
  const { type = "", detail, violations } = (body ?? {}) as Partial<Problem> & { readonly type?: string };
  const named = type.split("/").pop() ?? "";
  const kind = Object.hasOwn(PROBLEMS, named) ? (named as ProblemKind) : kindOf(status);
  return { kind, detail: detail ?? `the server answered with status ${status}`, ...(violations && { violations }) };
}

const kindOf = (status: number): ProblemKind =>
  (Object.keys(PROBLEMS) as ProblemKind[]).find((kind) => PROBLEMS[kind].status === status) ?? "failed";
