// What the desk needs of whoever runs a device: a process with its stores and ports, or a page's worker.

import type { Service } from "../core/record-entry.ts";
import type { Answer, Asking } from "../model/asking.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import type { Role } from "../model/rows.ts";
import type { Device } from "../virtual/device.ts";
import type { Journal } from "../virtual/journal.ts";
import type { BusRing } from "./bus-ring.ts";

/** Who asks: for the journal ("anna, 192.168.1.4"), and what they may. */
export type Who = { readonly actor: string; readonly role: Role | undefined };

export type ScenarioTold = { readonly name: string; readonly description: string; readonly duration_s: number };

export type DeskHost = {
  readonly device: Device;
  readonly journal: Journal;
  readonly bus: BusRing;
  /** Who made it, for people: "BMS Mini 2.1", "bms-mini 0.1.0". */
  readonly model: string;
  readonly program: string;
  /** Under which name settings and state are kept. */
  readonly setup: string;
  /** What the settings it was made with have other than the shipped ones, in a scenario; its revisions tell what differs from those. */
  readonly made: KeptChanges;
  /** Log time of the device's start, microseconds since 1970. */
  readonly base_us: () => number;
  readonly service: () => Service;
  /** Hands a request to the next tick; false where too many wait already. */
  readonly hand: (asking: Asking, actor: string, answered: (answer: Answer) => void) => boolean;
  /** Wanted and reached virtual seconds per second. */
  readonly speed: () => { readonly wanted: number; readonly reached: number };
  readonly setSpeed: (speed: number) => void;
  readonly scenarios: () => readonly ScenarioTold[];
  /** Begins anew in the world of a scenario. False where there is no such scenario, or nobody who could start it. */
  readonly startScenario: (name: string) => boolean;
};
