// The console: bytes of a terminal or a program in, text out, one request at a time to whoever runs it. Speaks the ASCII gateway
// of CiA 309-3 (DSP v3.0.0) and, for people, names, help and watching. Lines that are no answers begin with "#", which programs
// pass over; a line without a sequence number is answered without one.

import {
  answer,
  type ConsoleEvent,
  END,
  eventText,
  infoOf,
  listed,
  outcomeText,
  type Running,
  remarks,
  watchLine,
} from "./answers.ts";
import { commandOf } from "./command.ts";
import { errorAnswer } from "./errors.ts";
import type { Command, Grounds } from "./grammar.ts";
import { helpLines } from "./help.ts";
import { createLineReader, echoOf, type LineReader, readLines } from "./line-reader.ts";
import type { ConsoleIdentity, ConsoleOutcome, ConsoleRequest, Directory, Named, TransferOptions } from "./requests.ts";
import { wordsOf } from "./words.ts";

/** Lines that may wait while a request is under way; more are refused. */
const MOST_WAITING = 64;
const NET = 1;

export type GatewayOptions = {
  readonly directory: Directory;
  readonly identity: () => ConsoleIdentity;
};

type Watch = { readonly names: readonly Named[]; readonly period_us: number; next: number; due_us: number };

export type Gateway = {
  readonly options: GatewayOptions;
  readonly reader: LineReader;
  readonly grounds: Grounds;
  readonly lines: (string | undefined)[];
  running: Running | undefined;
  watch: Watch | undefined;
  net: number | undefined;
  node: number | undefined;
  timeout_ms: number;
  isBlock: boolean;
  hasEvents: boolean;
  hasEcho: boolean;
};

/** What the owner of the port has to do: send text, ask. */
export type ConsoleStep = {
  readonly text: string;
  readonly asked?: { readonly request: ConsoleRequest; readonly options: TransferOptions };
  /** The login ends. */
  readonly isLogout?: true;
};

/** A console at which nobody has typed anything yet. */
export function createGateway(options: GatewayOptions): Gateway {
  const gateway: Gateway = {
    ...{ options, reader: createLineReader(), lines: [], running: undefined, watch: undefined },
    ...{ net: NET, node: undefined, timeout_ms: 500, isBlock: false, hasEvents: false, hasEcho: false },
    grounds: {
      directory: options.directory,
      ownNet: NET,
      ownNode: () => options.identity().nodeId,
      get net() {
        return gateway.net;
      },
      get node() {
        return gateway.node;
      },
    },
  };
  return gateway;
}

const QUIET: ConsoleStep = { text: "" };

/** Bytes that came. */
export function takeBytes(gateway: Gateway, chunk: Uint8Array, now_us: number): ConsoleStep {
  const echo = gateway.hasEcho ? echoOf(chunk) : "";
  let refused = "";
  for (const line of readLines(gateway.reader, chunk)) {
    if (gateway.lines.length < MOST_WAITING) gateway.lines.push(line);
    else refused += refusal(line);
  }
  return follow(gateway, now_us, echo + refused);
}

function refusal(line: string | undefined): string {
  const sequence = line === undefined ? undefined : wordsOf(line).sequence;
  return answer(sequence, errorAnswer("memory", "too many lines wait"));
}

/** Runs what waits until a request is under way or nothing is left. */
function follow(gateway: Gateway, now_us: number, before = ""): ConsoleStep {
  let text = before;
  let isLogout = false;
  while (gateway.running === undefined && gateway.lines.length > 0) {
    const step = runLine(gateway, gateway.lines.shift(), now_us);
    text += step.text;
    isLogout ||= step.isLogout === true;
    if (step.asked !== undefined) return { ...step, text, ...(isLogout && { isLogout }) };
  }
  return text === "" && !isLogout ? QUIET : { text, ...(isLogout && { isLogout }) };
}

function runLine(gateway: Gateway, line: string | undefined, now_us: number): ConsoleStep {
  const { sequence, words } = line === undefined ? { sequence: undefined, words: undefined } : wordsOf(line);
  if (words === undefined) return say(sequence, errorAnswer("syntax"));
  return run(gateway, sequence, commandOf(words, gateway.grounds), now_us);
}

const say = (sequence: string | undefined, text: string): ConsoleStep => ({ text: answer(sequence, text) });

function run(gateway: Gateway, sequence: string | undefined, command: Command, now_us: number): ConsoleStep {
  switch (command.kind) {
    case "nothing":
      return sequence === undefined ? QUIET : say(sequence, errorAnswer("syntax"));
    case "error":
      return say(sequence, errorAnswer(command.error, command.why));
    case "request":
      return begin(
        gateway,
        { sequence, kind: command.request.kind, type: command.type ?? "hex", words: command.words },
        command.request,
      );
    case "set":
      take(gateway, command);
      return say(sequence, "OK");
    case "info":
      return say(sequence, infoOf(gateway.options.identity()));
    case "help":
      return told(sequence, helpLines(command.topic));
    case "list":
      return told(sequence, listed(gateway.options.directory, command.filter));
    case "watch":
      startWatch(gateway, command, now_us);
      return say(sequence, "OK");
    case "unwatch":
      gateway.watch = undefined;
      return say(sequence, "OK");
    case "logout":
      return { ...say(sequence, "OK"), isLogout: true };
  }
}

function begin(gateway: Gateway, running: Running, request: ConsoleRequest): ConsoleStep {
  gateway.running = running;
  return { text: "", asked: { request, options: { timeout_ms: gateway.timeout_ms, isBlock: gateway.isBlock } } };
}

function take(gateway: Gateway, { name, value }: Extract<Command, { kind: "set" }>): void {
  switch (name) {
    case "network":
      gateway.net = value;
      return;
    case "node":
      gateway.node = value === 0 ? undefined : value;
      return;
    case "sdo_timeout":
      gateway.timeout_ms = value;
      return;
    case "sdo_block":
      gateway.isBlock = value === 1;
      return;
    case "events":
      gateway.hasEvents = value === 1;
      return;
    case "echo":
      gateway.hasEcho = value === 1;
  }
}

const told = (sequence: string | undefined, lines: readonly string[] | undefined): ConsoleStep =>
  lines === undefined ? say(sequence, errorAnswer("syntax")) : { text: remarks(lines) + answer(sequence, "OK") };

function startWatch(gateway: Gateway, { names, period_ms }: Extract<Command, { kind: "watch" }>, now_us: number): void {
  const found = names.map((name) => gateway.options.directory.find(name)).filter((named) => named !== undefined);
  gateway.watch = { names: found, period_us: period_ms * 1000, next: 0, due_us: now_us };
}

/** What came of the request under way. */
export function takeOutcome(gateway: Gateway, outcome: ConsoleOutcome, now_us: number): ConsoleStep {
  const { running } = gateway;
  if (running === undefined) return QUIET;
  gateway.running = undefined;
  const text = outcomeText(running, outcome);
  const whole =
    running.watched === undefined ? answer(running.sequence, text) : remarks([watchLine(running.watched, text)]);
  return follow(gateway, now_us, whole);
}

/** Reads the next watched value when its time has come. */
export function poll(gateway: Gateway, now_us: number): ConsoleStep {
  const { watch } = gateway;
  if (watch === undefined || gateway.running !== undefined || now_us < watch.due_us) return QUIET;
  const named = watch.names[watch.next];
  watch.next = (watch.next + 1) % watch.names.length;
  if (watch.next === 0) watch.due_us = Math.max(watch.due_us + watch.period_us, now_us);
  const { index, subIndex, type, words } = named;
  const request = { kind: "read", node: gateway.options.identity().nodeId, index, subIndex } as const;
  return begin(gateway, { sequence: undefined, kind: "read", type, words, watched: named }, request);
}

/** When to poll next; Infinity: not before something comes. */
export function nextDeadline_us({ watch, running }: Gateway): number {
  return watch === undefined || running !== undefined ? Number.POSITIVE_INFINITY : watch.due_us;
}

/** Tells what happened on the bus, where that is wanted. */
export function takeEvent({ hasEvents }: Gateway, event: ConsoleEvent): string {
  return hasEvents ? `${NET} ${event.node} ${eventText(event)}${END}` : "";
}
