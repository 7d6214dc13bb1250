// What a battery may be in that its partner must heed, one row each: how the battery is shown, what the partner has to do, and
// within which time. The grader (grade.ts) plays them one after the other.

/** How the played battery is shown to its partner. */
export type Played = {
  readonly charge_V: number;
  readonly charge_A: number;
  readonly discharge_A: number;
  readonly mayCharge: boolean;
  readonly mayDischarge: boolean;
  readonly soc: number;
  readonly hasOvervoltage: boolean;
  /** Frames are sent at all. */
  readonly speaks: boolean;
};

/** Which way current must flow before the partner is put to the test; none: it need not. */
export type Flow = "charging" | "discharging" | "none";

export type Situation = {
  readonly name: string;
  readonly title: string;
  readonly of: readonly ("inverter" | "charger")[];
  /** Needed before; a partner that never does it cannot be judged. */
  readonly flow: Flow;
  /** What changes. `normal`: as the battery is shown otherwise. */
  readonly change: (normal: Played, battery_V: number) => Partial<Played>;
  /** What has to come about, and then to last. */
  readonly must: "answer" | "stopCharging" | "stopDischarging" | "stop" | "keepLimit" | "resume";
  /** Longest time until it has; the profile's own times stand above it. */
  readonly within: "reaction" | "silence" | "return" | "answer";
};

/** Sent as 0, while charging or discharging stays allowed by flags and control bytes: what is told by the limit alone. */
const LESS_THAN_A_BIT_A = 0.04;

const BOTH = ["inverter", "charger"] as const;
const INVERTER = ["inverter"] as const;

export const SITUATIONS = [
  {
    name: "answers",
    title: "answers within its time",
    of: BOTH,
    flow: "none",
    change: () => ({}),
    must: "answer",
    within: "answer",
  },
  {
    name: "chargeLimit",
    title: "charge limit falls to a quarter",
    of: BOTH,
    flow: "charging",
    change: ({ charge_A }) => ({ charge_A: charge_A / 4 }),
    must: "keepLimit",
    within: "reaction",
  },
  {
    name: "chargeLimitZero",
    title: "charge limit falls to 0",
    of: BOTH,
    flow: "charging",
    change: () => ({ charge_A: LESS_THAN_A_BIT_A }),
    must: "stopCharging",
    within: "reaction",
  },
  {
    name: "chargePrevented",
    title: "charging is prevented",
    of: BOTH,
    flow: "charging",
    change: () => ({ mayCharge: false }),
    must: "stopCharging",
    within: "reaction",
  },
  {
    name: "voltageDrop",
    title: "charge voltage limit falls below the battery's voltage",
    of: BOTH,
    flow: "charging",
    change: (_, battery_V) => ({ charge_V: battery_V - 1 }),
    must: "stopCharging",
    within: "reaction",
  },
  {
    name: "socFull",
    title: "state of charge jumps to 99 %",
    of: BOTH,
    flow: "charging",
    change: () => ({ soc: 0.99 }),
    must: "keepLimit",
    within: "reaction",
  },
  {
    name: "dischargeLimit",
    title: "discharge limit falls to a quarter",
    of: INVERTER,
    flow: "discharging",
    change: ({ discharge_A }) => ({ discharge_A: discharge_A / 4 }),
    must: "keepLimit",
    within: "reaction",
  },
  {
    name: "dischargeLimitZero",
    title: "discharge limit falls to 0",
    of: INVERTER,
    flow: "discharging",
    change: () => ({ discharge_A: LESS_THAN_A_BIT_A }),
    must: "stopDischarging",
    within: "reaction",
  },
  {
    name: "dischargePrevented",
    title: "discharging is prevented",
    of: INVERTER,
    flow: "discharging",
    change: () => ({ mayDischarge: false }),
    must: "stopDischarging",
    within: "reaction",
  },
  {
    name: "socEmpty",
    title: "state of charge jumps to 1 %",
    of: INVERTER,
    flow: "discharging",
    change: () => ({ soc: 0.01 }),
    must: "keepLimit",
    within: "reaction",
  },
  {
    name: "alarm",
    title: "overvoltage alarm",
    of: INVERTER,
    flow: "charging",
    change: () => ({ hasOvervoltage: true, mayCharge: false }),
    must: "stopCharging",
    within: "reaction",
  },
  {
    name: "framesStop",
    title: "frames stop while charging",
    of: BOTH,
    flow: "charging",
    change: () => ({ speaks: false }),
    must: "stop",
    within: "silence",
  },
  {
    name: "framesStopDischarging",
    title: "frames stop while discharging",
    of: INVERTER,
    flow: "discharging",
    change: () => ({ speaks: false }),
    must: "stop",
    within: "silence",
  },
  {
    name: "framesReturn",
    title: "frames come back",
    of: BOTH,
    flow: "none",
    change: () => ({}),
    must: "resume",
    within: "return",
  },
] as const satisfies readonly Situation[];
export type SituationName = (typeof SITUATIONS)[number]["name"];

/** Times that partners are given, ms. */
export type GradeTimes = {
  readonly reaction_ms: number;
  readonly silence_ms: number;
  readonly return_ms: number;
  readonly answer_ms: number;
};
export const USUAL_TIMES: GradeTimes = {
  reaction_ms: 10_000,
  silence_ms: 60_000,
  return_ms: 120_000,
  answer_ms: 10_000,
};
