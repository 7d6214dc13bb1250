// What an answer out of the data folder is when something was thrown on the way: a folder that cannot be read is an ordinary answer,
// and a mistake of our own is another, that the server's terminal and the device's journal are told of.

import { messageOf } from "../../base/error-text.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import { isPlants } from "../mistakes.ts";
import { MISTAKEN } from "../problems.ts";

/** As it goes to the server's main thread: errors of the language arrive there with name and stack. */
export type Broken = { readonly reply: Reply<unknown>; readonly mistake?: unknown };

export const brokenOff = (error: unknown): Broken =>
  isPlants(error)
    ? { reply: refuse("unavailable", `the data folder cannot be read: ${messageOf(error)}`) }
    : { reply: { ok: false, problem: MISTAKEN }, mistake: error instanceof Error ? error : String(error) };
