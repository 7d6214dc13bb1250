// What is wired to each pin of the board under given settings, in words: cells and thermistors by their number, contactors, inputs and
// outputs by their assignment. The wiring command, the page that draws the headers and the commissioning report read it.

import { type CellWire, cellWiring, HEADERS, type HeaderName, type Pin, type PowerWire } from "./headers.ts";
import { INPUT_SIGNALS, type InputSignalName } from "./input-signals.ts";
import { INTERNAL_SIGNALS, type InternalSignalName } from "./internal-signals.ts";
import { type Said, type SaidValue, sayer, speak } from "./said.ts";
import type { Settings } from "./settings.ts";

/** minus, cell, spare: wires of X8; used: something is wired to it; free: nothing need be; none: not connected inside. */
export type PinRole = "minus" | "cell" | "spare" | "used" | "free" | "none";

export type PinUse = Pin & {
  readonly header: HeaderName;
  readonly role: PinRole;
  /** Where its wire goes, for a person with the wire in hand. */
  readonly goesTo: Said;
  /** Of X8 and X9: 1 is connected first. */
  readonly order?: number;
  /** Of X1: the contactor whose coil or auxiliary contact is wired there. */
  readonly switches?: Said;
  /** Of X8: the input is the plus of this cell; 0: battery minus. */
  readonly tap?: number;
};

/** What is wired to a pin, in words. */
export const PIN_USE_WORDS = {
  charging: "charging contactor",
  precharging: "precharging contactor",
  discharging: "discharging contactor",
  common: "common charging and discharging contactor",
  main: "main contactor",
  dischargingAux: "contactor of the auxiliary load",
  heater: "contactor of the heater",
  cooler: "contactor of the cooler",
  signal: "“{signal}”",
  notUsed: "not used",
  notConnected: "not connected",
  minus: "B-, the minus of cell 1",
  cell: "plus of cell {cell}",
  spare: "plus of cell {cell}, the top cell (input not used)",
  powerMinus: "B-",
  powerPlus: "B+, the plus of cell {cell}",
  coilPlus: "plus of the coil of the {contactor}",
  coilMinus: "minus of the coil of the {contactor}",
  contactOpen: "auxiliary contact of the {contactor}, normally open",
  contactClosed: "auxiliary contact of the {contactor}, normally closed",
  contactGround: "auxiliary contact of the {contactor}, other side",
  inputClosed: "contact of “{signal}”; a closed contact means on",
  inputOpen: "contact of “{signal}”; an open contact means on",
  outputOn: "“{signal}”; driven while on",
  outputOff: "“{signal}”; driven while off",
  inputGround: "other side of the contact at DIN{number}",
  outputGround: "return of DOUT{number}",
  thermistorCell: "thermistor {number}, on a cell, suggested: cell {cell}",
  thermistorContactor: "thermistor {number}, on a contactor",
  thermistorAmbient: "thermistor {number}, in the surroundings",
  sensor: "current sensor",
  namedSensor: "current sensor {type}",
  sensorSupply: "supply of the {sensor}",
  sensorGround: "ground of the {sensor}",
  sensorOutput: "output of the {sensor}",
  sensorFine: "fine channel of the {sensor}",
  sensorReference: "reference of the {sensor}",
  sensorCoarse: "coarse channel of the {sensor}",
  shunt: "not used: the current comes from a shunt on the CAN bus",
} as const;
const say = sayer("pinUses", PIN_USE_WORDS);

/** Contactors by the signal that switches them, and by the signal of their contact. */
const COILS: readonly InternalSignalName[] = ["charging", "precharging", "discharging", "common", "main", "dischargingAux", "heater", "cooler"];
const CONTACTS: Readonly<Record<string, "charging" | "discharging" | "precharging" | "common" | "main">> = {
  chargeFeedback: "charging",
  dischargeFeedback: "discharging",
  prechargeFeedback: "precharging",
  commonFeedback: "common",
  mainFeedback: "main",
};
const NUMBERS = [1, 2, 3, 4] as const;
const THERMISTORS = [1, 2, 3, 4, 5, 6] as const;

/** Where a wire of X8 goes. */
export const cellPlace = (wire: CellWire, cells: number): string => speak(cellSaid(wire, cells));

function cellSaid(wire: CellWire, cells: number): Said {
  if (wire.use === "minus") return say("minus");
  return wire.use === "cell" ? say("cell", { cell: wire.tap }) : say("spare", { cell: cells });
}

/** Where a wire of X9 goes. */
export const powerPlace = (wire: PowerWire): string => speak(powerSaid(wire));
const powerSaid = (wire: PowerWire): Said => (wire.tap === 0 ? say("powerMinus") : say("powerPlus", { cell: wire.tap }));

/** The thermistors on cells, each with the cell we suggest: evenly spread over the battery. By number, from 1. */
export function thermistorPlaces({ thermistors }: Settings, cells: number): ReadonlyMap<number, number> {
  const onCells = THERMISTORS.filter((number) => thermistors[`use${number}`] === "cells");
  if (onCells.length === 0) return new Map();
  const { x6 } = cellWiring(cells, onCells.length);
  return new Map(onCells.map((number, i) => [number, x6[i]!.cell]));
}

type Use = Pick<PinUse, "role" | "goesTo"> & Partial<Pick<PinUse, "order" | "tap" | "switches">>;

/**
 * Every pin of every header, in the order of the tables.
 * @param cells 6 to 18: those of the settings, or of a battery that is being planned
 */
export function pinUses(settings: Settings, cells: number): readonly PinUse[] {
  const special = new Map<string, Use>([
    ...cellPins(cells),
    ...contactorPins(settings),
    ...discretePins(settings),
    ...thermistorPins(settings, cells),
    ...sensorPins(settings),
  ]);
  return (Object.keys(HEADERS) as HeaderName[]).flatMap((header) =>
    (HEADERS[header].pins as readonly Pin[]).map((pin) => ({
      ...pin,
      header,
      ...(special.get(`${header}.${pin.pin}`) ?? plain(header, pin)),
    })),
  );
}

type Words = keyof typeof PIN_USE_WORDS;
const used = (words: Words, values?: Said["values"]): Use => ({ role: "used", goesTo: say(words, values) });
const ofContactor = (switches: Said, words: Words): Use => ({ role: "used", goesTo: say(words, { contactor: switches }), switches });
const FREE: Use = { role: "free", goesTo: say("notUsed") };

/** A pin whose use no setting decides. */
function plain(header: HeaderName, { pin, direction, help }: Pin): Use {
  if (direction === "none") return { role: "none", goesTo: say("notConnected") };
  const isOptional = header === "J1" || header === "J2" || header === "X2";
  return { role: isOptional ? "free" : "used", goesTo: { code: `headers.${header}.${pin}.help`, says: help, values: {} } };
}

function cellPins(cells: number): [string, Use][] {
  const { x8, x9 } = cellWiring(cells);
  return [
    ...x8.map((wire): [string, Use] => [
      `X8.${wire.pin}`,
      { role: wire.use, goesTo: cellSaid(wire, cells), order: wire.order, tap: wire.tap },
    ]),
    ...x9.map((wire): [string, Use] => [`X9.${wire.pin}`, { role: "used", goesTo: powerSaid(wire), order: wire.order }]),
  ];
}

/** X1: OUTk, FBk and what stands beside them. */
function contactorPins({ mosfets, feedback }: Settings): [string, Use][] {
  return NUMBERS.flatMap((number): [string, Use][] => {
    const signal = mosfets[`assignment${number}`];
    const contact = contactOf(feedback[`assignment${number}`]);
    const coil = coilOf(signal);
    const closes = feedback[`inversion${number}`] ? "contactClosed" : "contactOpen";
    return [
      [`X1.${2 * number}`, coil === undefined ? FREE : ofContactor(coil, "coilPlus")],
      [`X1.${2 * number + 1}`, contact === undefined ? FREE : ofContactor(contact, "contactGround")],
      [`X1.${9 + 2 * number}`, contact === undefined ? FREE : ofContactor(contact, closes)],
      [`X1.${10 + 2 * number}`, coil === undefined ? FREE : ofContactor(coil, "coilMinus")],
    ];
  });
}

function coilOf(signal: InternalSignalName | "none"): Said | undefined {
  if (signal === "none") return undefined;
  return COILS.includes(signal) ? say(signal as Words) : say("signal", { signal: internalTitle(signal) });
}

function contactOf(feedback: string): Said | undefined {
  const contactor = CONTACTS[feedback];
  return contactor === undefined ? undefined : say(contactor);
}

const internalTitle = (name: InternalSignalName): Said => ({ code: `internalSignals.${name}.title`, says: INTERNAL_SIGNALS[name].title, values: {} });
const inputTitle = (name: InputSignalName): Said => ({ code: `inputSignals.${name}.title`, says: INPUT_SIGNALS[name].title, values: {} });

/** X3: DINk and DOUTk with their grounds. */
function discretePins({ inputs, outputs }: Settings): [string, Use][] {
  return NUMBERS.flatMap((number): [string, Use][] => {
    const input = inputs[`assignment${number}`];
    const output = outputs[`assignment${number}`];
    const means = inputs[`inversion${number}`] ? "inputOpen" : "inputClosed";
    const drives = outputs[`inversion${number}`] ? "outputOff" : "outputOn";
    return [
      [`X3.${number}`, input === "none" ? FREE : used(means, { signal: inputTitle(input) })],
      [`X3.${4 + number}`, output === "none" ? FREE : used(drives, { signal: internalTitle(output) })],
      [`X3.${8 + number}`, input === "none" ? FREE : used("inputGround", { number })],
      [`X3.${12 + number}`, output === "none" ? FREE : used("outputGround", { number })],
    ];
  });
}

/** X6: TEMPGk and TEMPk. */
function thermistorPins(settings: Settings, cells: number): [string, Use][] {
  const places = thermistorPlaces(settings, cells);
  return THERMISTORS.flatMap((number): [string, Use][] => {
    const use = settings.thermistors[`use${number}`];
    const cell = places.get(number);
    const words = use === "cells" ? "thermistorCell" : use === "contactor" ? "thermistorContactor" : "thermistorAmbient";
    const said = use === "none" ? FREE : used(words, { number, cell: cell ?? "" });
    return [
      [`X6.${number}`, said],
      [`X6.${6 + number}`, said],
    ];
  });
}

/** X7: the Hall sensor, or nothing where a shunt on the bus takes its place. */
function sensorPins({ currentSensor, shunt }: Settings): [string, Use][] {
  const sensor: SaidValue = currentSensor.type === "custom" ? say("sensor") : say("namedSensor", { type: currentSensor.type });
  const isDual = currentSensor.coarseRange_A > 0;
  const words = ["sensorSupply", "sensorGround", isDual ? "sensorFine" : "sensorOutput", isDual ? "sensorCoarse" : "sensorReference"] as const;
  return words.map((each, i): [string, Use] => [
    `X7.${i + 1}`,
    shunt.enable ? { role: "free", goesTo: say("shunt") } : used(each, { sensor }),
  ]);
}
