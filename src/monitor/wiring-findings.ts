// What is wrong with the wires of the board, as far as signals tell: each finding with the pins it is about. The words stand in the
// page's texts; the page of the wiring lights the pins, the commissioning report lists the findings.

import type { HeaderName } from "../model/headers.ts";
import type { PinUse } from "../model/pin-uses.ts";
import type { Settings } from "../model/settings.ts";
import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";
import { SIGNALS } from "../model/signals.ts";

/** All signals as after a tick: believed or not, and only where somebody vouches for them. */
export type Look = {
  readonly raw: (name: string, element?: number) => number;
  readonly value: (name: string, element?: number) => number | undefined;
};

export type FindingKind =
  | "openWire"
  | "openWireSuspected"
  | "reversedCell"
  | "swappedWires"
  | "sumDiffers"
  | "cellMissing"
  | "cellTooMany"
  | "frontEndSilent"
  | "wiresNotTested"
  | "supply"
  | "thermistorOpen"
  | "thermistorShorted"
  | "currentSensor"
  | "contactorWelded"
  | "contactorStuckOpen"
  | "feedbackBroken";

export type Finding = {
  readonly kind: FindingKind;
  /** Wire C0..C18 by its number; cell, thermistor from 1; OUTk from 1 (0: no output); a code of currentFault. */
  readonly element: number;
  /** The contactor, or what the current sensor's fault is, in words. */
  readonly subject: string;
  /** "X8.15": header and pin. */
  readonly pins: readonly string[];
  /** "doubt": it may be well. */
  readonly level: "wrong" | "doubt";
};

export const lookAt = (image: Float64Array): Look => {
  const raw = (name: string, element = 0): number => image[IMAGE_PLACES.get(name)!.at + element]!;
  return {
    raw,
    value: (name, element = 0) => (isBelieved(image, name, element) ? raw(name, element) : undefined),
  };
};

/** An error that is set, with its code: what a contactor did is no longer seen once it is open. */
export type SetError = { readonly name: string; readonly value: number };

/** Everything that is wrong, in the order in which a person had better look at it. Empty while all is well. */
export function wiringFindings(
  look: Look,
  settings: Settings,
  uses: readonly PinUse[],
  errors: readonly SetError[],
): readonly Finding[] {
  return [
    ...supplyFindings(look),
    ...cellFindings(look, settings, uses),
    ...thermistorFindings(look),
    ...sensorFindings(look),
    ...contactorFindings(look, settings, errors),
  ];
}

const found = (
  kind: FindingKind,
  element: number,
  pins: readonly string[],
  subject = "",
  level: Finding["level"] = "wrong",
): Finding => ({ kind, element, subject, pins, level });

const pinOf = (uses: readonly PinUse[], header: HeaderName, name: string): string =>
  `${header}.${uses.find((use) => use.header === header && use.name === name)?.pin ?? 0}`;

function supplyFindings(look: Look): Finding[] {
  return look.raw("supplyValid") === 1 ? [] : [found("supply", 0, ["X9.1", "X9.2"])];
}

function cellFindings(look: Look, { battery: { cells } }: Settings, uses: readonly PinUse[]): Finding[] {
  const wirePin = (wire: number): string => pinOf(uses, "X8", `C${wire}`);
  if (look.raw("cellMonitorOnline") !== 1) return [found("frontEndSilent", 0, [])];
  if (look.raw("wiresTested") !== 1) return [found("wiresNotTested", 0, [], "", "doubt")];
  const wires = wireStates(look, cells);
  const open = wires.flatMap((state, wire) =>
    state === "good"
      ? []
      : [
          state === "open"
            ? found("openWire", wire, [wirePin(wire)])
            : found("openWireSuspected", wire, [wirePin(wire)], "", "doubt"),
        ],
  );
  return [...open, ...patternFindings(look, cells, wirePin), ...countFindings(look, cells, wirePin)];
}

/** Wires C0..CN. The device names the first open wire; of others it says which cells lack one of theirs. */
export function wireStates(look: Look, cells: number): readonly ("good" | "open" | "suspected")[] {
  const first = look.value("openWireIndex") ?? -1;
  const isWhole = (cell: number): boolean => cell >= 0 && cell < cells && look.raw("cellWiresConnected", cell) === 1;
  const isGood = (wire: number): boolean =>
    first < 0 || wire < first || (wire !== first && (isWhole(wire - 1) || isWhole(wire)));
  return Array.from({ length: cells + 1 }, (_, wire) => {
    if (isGood(wire)) return "good";
    const isForced = (wire > 0 && isGood(wire - 1)) || (wire < cells && isGood(wire + 1));
    return wire === first || isForced ? "open" : "suspected";
  });
}

/** Patterns of voltages that only wrong wires show (core/measure/wiring.ts). */
function patternFindings(look: Look, cells: number, wirePin: (wire: number) => string): Finding[] {
  const cell = look.raw("wiringCell");
  const both = cell < 0 ? [] : [wirePin(cell), wirePin(cell + 1)];
  switch (look.raw("wiringFault")) {
    case 1:
      return [found("reversedCell", cell + 1, both)];
    case 2:
      return [found("swappedWires", cell, both)];
    case 3:
      return [found("sumDiffers", 0, ["X9.1", "X9.2", wirePin(0), wirePin(cells)])];
    default:
      return [];
  }
}

/** Inputs without a cell below the top one, and cells above it. */
function countFindings(look: Look, cells: number, wirePin: (wire: number) => string): Finding[] {
  const isThere = (cell: number): boolean => look.raw("cellPresent", cell) === 1;
  const isWhole = (cell: number): boolean => look.raw("cellWiresConnected", cell) === 1;
  if (look.raw("fault.cellCount") !== 1 && look.raw("notReady") !== CELL_COUNT_WRONG) return [];
  return Array.from({ length: 18 }, (_, cell) => cell).flatMap((cell) => {
    if (cell < cells && !isThere(cell) && isWhole(cell))
      return [found("cellMissing", cell + 1, [wirePin(cell), wirePin(cell + 1)])];
    if (cell >= cells && isThere(cell)) return [found("cellTooMany", cell + 1, [wirePin(cell + 1)])];
    return [];
  });
}

const CELL_COUNT_WRONG = SIGNALS.notReady!.codes!.indexOf("cell count wrong");

function thermistorFindings(look: Look): Finding[] {
  return [1, 2, 3, 4, 5, 6].flatMap((number) => {
    const state = look.raw("thermistorState", number - 1);
    const pins = [`X6.${6 + number}`, `X6.${number}`];
    if (state === 1) return [found("thermistorOpen", number, pins)];
    return state === 2 ? [found("thermistorShorted", number, pins)] : [];
  });
}

/** Pins of X7 by the code of currentFault; of a silent shunt those of the bus. */
const SENSOR_PINS: Readonly<Record<number, readonly string[]>> = {
  1: ["X7.3"],
  2: ["X7.4"],
  3: ["X7.1", "X7.2"],
  4: ["X7.3"],
  5: ["X7.3", "X7.4"],
  6: ["X7.3", "X7.4"],
  7: ["X4.3", "X4.6"],
};

function sensorFindings(look: Look): Finding[] {
  const code = look.raw("currentFault");
  if (!(code > 0)) return [];
  return [found("currentSensor", code, SENSOR_PINS[code] ?? [], SIGNALS.currentFault!.codes![code] ?? "")];
}

export const CONTACTORS = [
  { output: "charging", feedback: "chargeFeedback", subject: "charging contactor" },
  { output: "discharging", feedback: "dischargeFeedback", subject: "discharging contactor" },
  { output: "precharging", feedback: "prechargeFeedback", subject: "precharging contactor" },
  { output: "common", feedback: "commonFeedback", subject: "common contactor" },
  { output: "main", feedback: "mainFeedback", subject: "main contactor" },
] as const;
const KINDS = [undefined, "contactorWelded", "contactorStuckOpen", "feedbackBroken"] as const;

function contactorFindings(look: Look, { mosfets, feedback }: Settings, errors: readonly SetError[]): Finding[] {
  return CONTACTORS.flatMap((row) => {
    const told = errors.find(({ name }) => name === row.feedback)?.value ?? 0;
    const kind = KINDS[look.raw(`${row.feedback}Fault`) || told];
    if (kind === undefined) return [];
    const output = NUMBERS.find((number) => mosfets[`assignment${number}`] === row.output) ?? 0;
    const input = NUMBERS.find((number) => feedback[`assignment${number}`] === row.feedback) ?? 0;
    const coil = output === 0 ? [] : [`X1.${10 + 2 * output}`, `X1.${2 * output}`];
    const contact = input === 0 ? [] : [`X1.${9 + 2 * input}`, `X1.${2 * input + 1}`];
    return [found(kind, output, kind === "feedbackBroken" ? contact : [...coil, ...contact], row.subject)];
  });
}

const NUMBERS = [1, 2, 3, 4] as const;
