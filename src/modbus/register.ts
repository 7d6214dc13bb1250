// What a register is: a row of the map with its address, type and meaning, and how its words are read from what the server
// is shown. Signals, settings, the vendor's rows, SunSpec's points and the session's own registers all become such rows.

import type { Source } from "../model/rows.ts";
import type { Shown } from "../model/shown.ts";
import type { Counters } from "./counters.ts";
import type { ServerState } from "./server-state.ts";
import type { Session } from "./session.ts";
import type { WireType } from "./words.ts";

/** What a register is read from. */
export type View = {
  readonly shown: Shown;
  readonly session: Session;
  readonly state: ServerState;
  readonly counters: { readonly serial: Counters; readonly tcp: Counters };
  readonly now_us: number;
  /** Order of the two registers of a 32-bit value. */
  readonly isLowFirst: boolean;
};

export type Table = "input" | "holding" | "coil" | "discrete";

/** What writing a register does; a register without can only be read. */
export type Written =
  | "setting"
  | "override"
  | "acknowledge"
  | "logicAddress"
  | "login"
  | "logout"
  | "commit"
  | "command"
  | "argument"
  | "acknowledgeFault"
  | "scratch"
  | "alarmReset"
  | "operation"
  | "heartbeat";

export type Register = {
  readonly table: "input" | "holding";
  readonly map: "vendor" | "ours" | "sunspec";
  /** Of the first value. */
  readonly address: number;
  readonly type: WireType;
  /** Registers of one value, and how many values stand side by side. */
  readonly words: number;
  readonly count: number;
  readonly name: string;
  readonly unit: string;
  /** One step of the number, in the unit, where it is not 1. */
  readonly scale?: number;
  readonly help: string;
  /** How sure the vendor's part of a row is; O: ours. */
  readonly source: Source;
  readonly written?: Written;
  /** Writes the words of one value; `element` counts from 0. */
  readonly read: (view: View, element: number, out: Uint16Array) => void;
};
