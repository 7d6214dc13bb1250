// The client's side of socketcand: waits for the greeting, opens the bus, asks for raw mode, then takes frames.
// Source: socketcand, doc/protocol.md.

import type { CanFrame } from "../base/can-frame.ts";
import { createElements, type Elements, frameOfTold, takeElements } from "./socketcand.ts";

export type SocketcandClient = {
  readonly elements: Elements;
  readonly bus: string;
  stage: "greeting" | "opening" | "choosing" | "raw";
};

export type ClientStep = {
  /** To the server. */
  readonly send: string;
  readonly frames: readonly CanFrame[];
  /** Raw mode has begun: frames may be sent. */
  readonly hasOpened: boolean;
  /** Frames that could not be read, or that the server did not take. */
  readonly lost: number;
  /** The server refuses to work: its words. */
  readonly refused: string | undefined;
};

/** @param bus by which name the server knows it */
export const createClient = (bus: string): SocketcandClient => ({
  elements: createElements(),
  bus,
  stage: "greeting",
});

/** What bytes of the server lead to; they may be cut anywhere. Never throws. */
export function takeClientChunk(client: SocketcandClient, chunk: Uint8Array): ClientStep {
  const frames: CanFrame[] = [];
  const step = { send: "", frames, hasOpened: false, lost: 0, refused: undefined as string | undefined };
  for (const words of takeElements(client.elements, chunk)) {
    if (client.stage !== "raw") step.send += goOn(client, words, step);
    else takeElement(words, step);
  }
  return step;
}

type Step = { frames: CanFrame[]; hasOpened: boolean; lost: number; refused: string | undefined };

/** Each word of the server's leads to the next stage; what else it says there is left out. */
function goOn(client: SocketcandClient, words: readonly string[], step: Step): string {
  if (words[0] === "error") step.refused ??= words.slice(1).join(" ");
  if (client.stage === "greeting" && words[0] === "hi") return next(client, "opening", `< open ${client.bus} >`);
  if (client.stage === "opening" && words[0] === "ok") return next(client, "choosing", "< rawmode >");
  if (client.stage !== "choosing" || words[0] !== "ok") return "";
  step.hasOpened = true;
  return next(client, "raw", "");
}

function next(client: SocketcandClient, stage: SocketcandClient["stage"], send: string): string {
  client.stage = stage;
  return send;
}

function takeElement(words: readonly string[], step: Step): void {
  if (words[0] === "error") step.lost++;
  if (words[0] !== "frame") return;
  const frame = frameOfTold(words.slice(1));
  if (frame === undefined) step.lost++;
  else step.frames.push(frame);
}
