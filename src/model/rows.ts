// The shapes of the rows that say what the device is. Everything else (forms, registers, object dictionary, docs,
// log columns) is a projection of such rows. A row's key is its name; units end names.

/** Who may change a value or give a command. Each role may also do what the ones before it may. */
export type Role = "viewer" | "operator" | "service" | "owner";

/** How sure we are of the vendor's part of a row: S seen for this device, F seen for a sibling, O our own choice. */
export type Source = "S" | "F" | "O";

export type Unit =
  | "V" | "A" | "Ah" | "Wh" | "W" | "Ohm" | "F" | "degC" | "degC/W" | "J/K" | "W/K"
  | "s" | "ms" | "us" | "min" | "h" | "day" | "A/s" | "J" | "kelvin" | "Hz" | "ratio" | "count" | "none";

export type Curve = { readonly x: readonly number[]; readonly y: readonly number[] };
/** Values row by row: z[row * x.length + column], one row for each y. */
export type Grid = { readonly x: readonly number[]; readonly y: readonly number[]; readonly z: readonly number[] };

type Described = {
  readonly help: string;
  /** The vendor's name of the parameter, where it has one. */
  readonly vendor?: string;
  readonly source?: Source;
  /** Can only be changed while all contactors are open: the change would pull the ground from under the protections. */
  readonly whileOpen?: boolean;
};

export type NumberRow = Described & {
  readonly kind: "number" | "integer";
  readonly unit: Unit;
  readonly min: number;
  readonly max: number;
  readonly default: number;
};
export type FlagRow = Described & { readonly kind: "flag"; readonly default: boolean };
export type ChoiceRow = Described & { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string };
/** `secret`: a password or key; it is never printed, logged or put into a file for others. */
export type TextRow = Described & { readonly kind: "text"; readonly maxLength: number; readonly default: string; readonly secret?: true };
/** A curve or grid; axes ascend; every value lies in min..max. */
export type CurveRow = Described & {
  readonly kind: "curve"; readonly xUnit: Unit; readonly unit: Unit;
  readonly min: number; readonly max: number; readonly default: Curve;
};
export type GridRow = Described & {
  readonly kind: "grid"; readonly xUnit: Unit; readonly yUnit: Unit; readonly unit: Unit;
  readonly min: number; readonly max: number; readonly default: Grid;
};

export type SettingRow = NumberRow | FlagRow | ChoiceRow | TextRow | CurveRow | GridRow;

export type SettingGroup = {
  readonly title: string;
  /** Place in the vendor's menu tree, for example "Control → Precharge". */
  readonly menu: string;
  readonly access?: Role;
  /** The whole group can only be changed while all contactors are open. */
  readonly whileOpen?: boolean;
  readonly rows: { readonly [name: string]: SettingRow };
};

export type ValueOf<R extends SettingRow> =
  R extends ChoiceRow ? R["choices"][number]
  : R extends FlagRow ? boolean
  : R extends TextRow ? string
  : R extends CurveRow ? Curve
  : R extends GridRow ? Grid
  : number;

export type ValuesOf<T extends { readonly [group: string]: SettingGroup }> = {
  -readonly [G in keyof T]: { -readonly [N in keyof T[G]["rows"]]: ValueOf<T[G]["rows"][N]> };
};

/**
 * A measured, estimated or decided quantity that leaves the core.
 * `from` is the path of the value inside the device's state, for example "measured.current_A".
 */
export type SignalRow = Described & {
  readonly unit: Unit;
  readonly type: "real" | "integer" | "flag" | "code";
  readonly group: string;
  readonly from: string;
  /** For arrays: one value per cell (18), thermistor (6), output (4), input signal (22); classes and measurements as in life-classes.ts; horizon: a power for 2 s, 10 s, 30 s and half an hour. */
  readonly per?: "cell" | "thermistor" | "output" | "input" | "inputSignal" | "point" | "temperature class" | "charge class" | "measurement" | "horizon";
  /** For codes: the word of each value from 0. */
  readonly codes?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Paths of the flags that say whether the value is believed: every one of them must be set. */
  readonly validFrom?: readonly string[];
  /** For arrays: path of an array of flags that says which elements are believed; it decides alone. */
  readonly validEach?: string;
  /** The value that stands for none: none yet, or none now. */
  readonly none?: number;
  /** The value is the index (from 0; -1: none) of one of these. People count cells and thermistors from 1, wires from C0. */
  readonly counts?: "cell" | "thermistor" | "wire";
  /** Step to which the log rounds the value, in its unit; where a row says nothing, its unit decides (src/log/resolution.ts). */
  readonly logged?: number;
};

/**
 * One protection or indication. The interpreter in core/protect knows only these columns.
 * `of` is the path of the quantity (or, for "true", of a flag or code where 0 is healthy) inside the device's state.
 */
export type FaultRow = {
  readonly title: string;
  readonly level: "error" | "indication";
  readonly vendor?: { readonly abbreviation?: string; readonly word?: 1 | 2; readonly bit?: number };
  readonly source: Source;
  readonly of: string;
  readonly when: "above" | "below" | "true";
  /** Path of a flag; while it is false the condition is unknown and neither sets nor clears. */
  readonly validIf?: string;
  /** Path of the index (from 0) of the cell or sensor to name. */
  readonly element?: string;
  readonly elementName?: "cell" | "thermistor" | "wire" | "output" | "fuse" | "count";
  /** Path of the quantity without the drop over the cell's resistance, for protections that may judge it instead. */
  readonly ofRest?: string;
  /** For "true" on a code: the words of each code from 0, used in the sentence. */
  readonly codes?: readonly string[];
  readonly unit?: Unit;
  readonly limit?: { readonly min: number; readonly max: number; readonly default: number };
  readonly tolerant?: number;
  readonly setDelay_ms: number;
  readonly clearDelay_s: number;
  readonly enable: boolean;
  readonly lock: boolean;
  readonly critical: boolean;
  readonly opens: readonly ("charge" | "discharge")[];
  /** Between the trip and the opening, where custom delays are used; 500 ms where a row says nothing. */
  readonly openDelay_ms?: number;
  /** Why the default is what it is, for a person. */
  readonly help: string;
  /** One sentence; {element}, {value}, {limit}, {code} are filled in. */
  readonly says: string;
  /** The same where it is of no single element. */
  readonly saysOfAll?: string;
};

export type CommandRow = { readonly title: string; readonly role: Role; readonly help: string; readonly argument?: "cell" | "none" };
