// What a protocol to inverters is: its frames both ways, how often, how long it is waited for, and the ways that the
// settings' switches mean by "profile".

import type { InverterProfileName } from "../model/can-partners.ts";
import type { Settings } from "../model/settings.ts";
import type { ByteOrder, Coding, FrameRow } from "./frame-row.ts";
import type { InverterManner, InverterQuantity } from "./inverter-quantities.ts";

/** Steps that a setting decides. */
export type StepName = "voltage" | "energy" | "remaining";
/** Texts that frames may carry. */
export const INVERTER_TEXTS = {
  maker: "maker of the battery",
  name: "name of the battery",
  serial: "serial number of the battery",
  family: "product",
  minCell: "cell with the lowest voltage",
  maxCell: "cell with the highest voltage",
  minThermistor: "coldest sensor",
  maxThermistor: "hottest sensor",
} as const;
export type InverterText = keyof typeof INVERTER_TEXTS;
export type InverterRow = FrameRow<InverterQuantity, InverterText, StepName>;

/** Current as most protocols have it, in their frame of measured values. */
export const CURRENT_FIELD = {
  kind: "number",
  byte: 2,
  type: "s16",
  step: 0.1,
  unit: "A",
  of: "current_A",
  help: "charging positive; inverter.currentSign turns it",
} as const satisfies InverterRow["fields"][number];

/** What an inverter may say of itself. */
export type HeardQuantity =
  | "battery_V"
  | "current_A"
  | "temperature_degC"
  | "soc"
  | "state"
  | "error"
  | "charge_V"
  | "shutdown";
export type HeardRow = FrameRow<HeardQuantity>;

export type InverterProfile = {
  readonly name: InverterProfileName;
  readonly title: string;
  /** Where the byte tables are from. */
  readonly source: string;
  readonly order: ByteOrder;
  /** Time between two sets of frames. */
  readonly period_ms: number;
  /** Frames by which the inverter is known to be there; none: it cannot be supervised. */
  readonly replies: readonly HeardRow[];
  /** All frames at once, each time this frame comes, instead of by time. */
  readonly answers?: number;
  /** Silence after which it is lost. */
  readonly timeout_ms: number;
  readonly maker: string;
  readonly voltageStep_V: number;
  readonly unavailable: Coding["unavailable"];
  readonly eight: boolean;
  readonly manner: Omit<InverterManner, "currentSign">;
  readonly rows: readonly InverterRow[];
  /** What else a person should know. */
  readonly notes: readonly string[];
};

const chosen = <C extends string>(setting: C | "profile", own: C): C => (setting === "profile" ? own : setting);

/** The profile's ways, with what the settings change. */
export const mannerOf = ({ manner }: InverterProfile, { inverter }: Settings): InverterManner => ({
  currentSign: inverter.currentSign === "charging" ? 1 : -1,
  zeroCurrent: chosen(inverter.zeroCurrent, manner.zeroCurrent),
  noCharge: chosen(inverter.noCharge, manner.noCharge),
  forceOrder: chosen(inverter.forceOrder, manner.forceOrder),
  undervoltage: chosen(inverter.undervoltage, manner.undervoltage),
});

const VOLTAGE_STEPS_V = { "10 mV": 0.01, "100 mV": 0.1 } as const;

export const codingOf = (profile: InverterProfile, { inverter }: Settings): Coding<StepName> => ({
  order: profile.order,
  unavailable: chosen(inverter.unavailable, profile.unavailable),
  steps: {
    voltage: inverter.voltageStep === "profile" ? profile.voltageStep_V : VOLTAGE_STEPS_V[inverter.voltageStep],
    energy: inverter.energyStep === "100 Wh" ? 100 : 10,
    remaining: inverter.remainingStep === "1 Ah" ? 1 : 0.1,
  },
});
