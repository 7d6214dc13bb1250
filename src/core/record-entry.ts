// One figure of the battery record (battery-record.ts): its value and how it came about, or why there is none; and from what
// it is made.

import type { Settings } from "../model/settings.ts";

/** How a value came about: set by a person, noted by the device, counted all along, measured at some time, or calculated. */
export type RecordBasis = "set" | "noted" | "counted" | "measured" | "calculated";

export type TimeClass = {
  readonly class: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly time_s: number;
};
export type EventCount = { readonly name: string; readonly title: string; readonly count: number };
export type RateMeasurement = { readonly operating_s: number; readonly rate: number; readonly bound: number };

export type RecordValue = number | string | readonly TimeClass[] | readonly EventCount[] | readonly RateMeasurement[];

export type RecordEntry =
  | {
      readonly value: RecordValue;
      readonly basis: RecordBasis;
      /** Half-width within which the truth lies with 95 %, where it is known. */
      readonly bound?: number;
      readonly note?: string;
    }
  | { readonly value: null; readonly reason: string };

/** What is not in the core's state. Wall times in ms since 1970. */
export type Service = {
  /** The device's first start with this battery; undefined: not known. */
  readonly firstUsed_ms: number | undefined;
};

/** What the figures are made from. */
export type Source = {
  /** A number signal by name. */
  readonly at: (name: string) => number;
  readonly list: (name: string) => readonly number[];
  readonly settings: Settings;
  readonly service: Service;
};

/** Not measured: what it would take, in words. */
export const unknown = (reason: string): RecordEntry => ({ value: null, reason });
export const counted = (value: number): RecordEntry => ({ value, basis: "counted" });
/** A counter by the name of its signal. */
export const counter =
  (name: string) =>
  ({ at }: Source): RecordEntry =>
    counted(at(name));
/** Two counters together. */
export const sum =
  (first: string, second: string) =>
  ({ at }: Source): RecordEntry =>
    counted(at(first) + at(second));

/** What a person entered, by the name of its setting. */
export function words(text: string, name: string): RecordEntry {
  return text.trim() === "" ? unknown(`the setting ${name} is empty`) : { value: text.trim(), basis: "set" };
}
