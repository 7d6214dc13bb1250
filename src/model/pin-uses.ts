// What is wired to each pin of the board under given settings, in words: cells and thermistors by their number, contactors, inputs and
// outputs by their assignment. The wiring command, the page that draws the headers and the commissioning report read it.

import { type CellWire, cellWiring, HEADERS, type HeaderName, type Pin, type PowerWire } from "./headers.ts";
import { INPUT_SIGNALS, type InputSignalName } from "./input-signals.ts";
import { INTERNAL_SIGNALS, type InternalSignalName } from "./internal-signals.ts";
import type { Settings } from "./settings.ts";

/** minus, cell, spare: wires of X8; used: something is wired to it; free: nothing need be; none: not connected inside. */
export type PinRole = "minus" | "cell" | "spare" | "used" | "free" | "none";

export type PinUse = Pin & {
  readonly header: HeaderName;
  readonly role: PinRole;
  /** Where its wire goes, for a person with the wire in hand. */
  readonly goesTo: string;
  /** Of X8 and X9: 1 is connected first. */
  readonly order?: number;
  /** Of X1: the contactor whose coil or auxiliary contact is wired there. */
  readonly switches?: string;
  /** Of X8: the input is the plus of this cell; 0: battery minus. */
  readonly tap?: number;
};

/** Contactors by the signal that switches them. */
const COILS: Readonly<Partial<Record<InternalSignalName, string>>> = {
  charging: "charging contactor",
  precharging: "precharging contactor",
  discharging: "discharging contactor",
  common: "common charging and discharging contactor",
  main: "main contactor",
  dischargingAux: "contactor of the auxiliary load",
  heater: "contactor of the heater",
  cooler: "contactor of the cooler",
};
const CONTACTS: Readonly<Record<string, string>> = {
  chargeFeedback: "charging contactor",
  prechargeFeedback: "precharging contactor",
  dischargeFeedback: "discharging contactor",
  commonFeedback: "common charging and discharging contactor",
  mainFeedback: "main contactor",
};
const NUMBERS = [1, 2, 3, 4] as const;
const THERMISTORS = [1, 2, 3, 4, 5, 6] as const;
const NOT_USED = "not used";

/** Where a wire of X8 goes. */
export function cellPlace(wire: CellWire, cells: number): string {
  if (wire.use === "minus") return "B-, the minus of cell 1";
  if (wire.use === "cell") return `plus of cell ${wire.tap}`;
  return `plus of cell ${cells}, the top cell (input not used)`;
}

/** Where a wire of X9 goes. */
export const powerPlace = (wire: PowerWire): string => (wire.tap === 0 ? "B-" : `B+, the plus of cell ${wire.tap}`);

/** The thermistors on cells, each with the cell we suggest: evenly spread over the battery. By number, from 1. */
export function thermistorPlaces({ thermistors }: Settings, cells: number): ReadonlyMap<number, number> {
  const onCells = THERMISTORS.filter((number) => thermistors[`use${number}`] === "cells");
  if (onCells.length === 0) return new Map();
  const { x6 } = cellWiring(cells, onCells.length);
  return new Map(onCells.map((number, i) => [number, x6[i]!.cell]));
}

type Said = Pick<PinUse, "role" | "goesTo"> & Partial<Pick<PinUse, "order" | "tap" | "switches">>;

/**
 * Every pin of every header, in the order of the tables.
 * @param cells 6 to 18: those of the settings, or of a battery that is being planned
 */
export function pinUses(settings: Settings, cells: number): readonly PinUse[] {
  const special = new Map<string, Said>([
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

const used = (goesTo: string): Said => ({ role: "used", goesTo });
const ofContactor = (switches: string, goesTo: string): Said => ({ role: "used", goesTo, switches });
const FREE: Said = { role: "free", goesTo: NOT_USED };

/** A pin whose use no setting decides. */
function plain(header: HeaderName, { direction, help }: Pin): Said {
  if (direction === "none") return { role: "none", goesTo: "not connected" };
  return header === "J1" || header === "J2" || header === "X2" ? { role: "free", goesTo: help } : used(help);
}

function cellPins(cells: number): [string, Said][] {
  const { x8, x9 } = cellWiring(cells);
  return [
    ...x8.map((wire): [string, Said] => [
      `X8.${wire.pin}`,
      { role: wire.use, goesTo: cellPlace(wire, cells), order: wire.order, tap: wire.tap },
    ]),
    ...x9.map((wire): [string, Said] => [`X9.${wire.pin}`, { ...used(powerPlace(wire)), order: wire.order }]),
  ];
}

/** X1: OUTk, FBk and what stands beside them. */
function contactorPins({ mosfets, feedback }: Settings): [string, Said][] {
  return NUMBERS.flatMap((number): [string, Said][] => {
    const signal = mosfets[`assignment${number}`];
    const contact = CONTACTS[feedback[`assignment${number}`]];
    const coil = signal === "none" ? undefined : (COILS[signal] ?? `“${INTERNAL_SIGNALS[signal].title}”`);
    const closes = feedback[`inversion${number}`] ? "normally closed" : "normally open";
    return [
      [`X1.${2 * number}`, coil === undefined ? FREE : ofContactor(coil, `plus of the coil of the ${coil}`)],
      [`X1.${2 * number + 1}`, contact === undefined ? FREE : ofContactor(contact, `auxiliary contact of the ${contact}, other side`)],
      [`X1.${9 + 2 * number}`, contact === undefined ? FREE : ofContactor(contact, `auxiliary contact of the ${contact}, ${closes}`)],
      [`X1.${10 + 2 * number}`, coil === undefined ? FREE : ofContactor(coil, `minus of the coil of the ${coil}`)],
    ];
  });
}

/** X3: DINk and DOUTk with their grounds. */
function discretePins({ inputs, outputs }: Settings): [string, Said][] {
  return NUMBERS.flatMap((number): [string, Said][] => {
    const input = inputs[`assignment${number}`];
    const output = outputs[`assignment${number}`];
    const means = inputs[`inversion${number}`] ? "an open contact means on" : "a closed contact means on";
    const drives = outputs[`inversion${number}`] ? "driven while off" : "driven while on";
    return [
      [`X3.${number}`, input === "none" ? FREE : used(`contact of “${titleOf(input)}”; ${means}`)],
      [`X3.${4 + number}`, output === "none" ? FREE : used(`“${INTERNAL_SIGNALS[output].title}”; ${drives}`)],
      [`X3.${8 + number}`, input === "none" ? FREE : used(`other side of the contact at DIN${number}`)],
      [`X3.${12 + number}`, output === "none" ? FREE : used(`return of DOUT${number}`)],
    ];
  });
}

const titleOf = (name: InputSignalName): string => INPUT_SIGNALS[name].title;

/** X6: TEMPGk and TEMPk. */
function thermistorPins(settings: Settings, cells: number): [string, Said][] {
  const places = thermistorPlaces(settings, cells);
  return THERMISTORS.flatMap((number): [string, Said][] => {
    const use = settings.thermistors[`use${number}`];
    const cell = places.get(number);
    const where =
      use === "cells" ? `on a cell, suggested: cell ${cell}` : use === "contactor" ? "on a contactor" : "in the surroundings";
    const said = use === "none" ? FREE : used(`thermistor ${number}, ${where}`);
    return [
      [`X6.${number}`, said],
      [`X6.${6 + number}`, said],
    ];
  });
}

/** X7: the Hall sensor, or nothing where a shunt on the bus takes its place. */
function sensorPins({ currentSensor, shunt }: Settings): [string, Said][] {
  const name = currentSensor.type === "custom" ? "current sensor" : `current sensor ${currentSensor.type}`;
  const isDual = currentSensor.coarseRange_A > 0;
  const words = [
    `supply of the ${name}`,
    `ground of the ${name}`,
    isDual ? `fine channel of the ${name}` : `output of the ${name}`,
    isDual ? `coarse channel of the ${name}` : `reference of the ${name}`,
  ];
  return words.map((text, i): [string, Said] => [
    `X7.${i + 1}`,
    shunt.enable ? { role: "free", goesTo: "not used: the current comes from a shunt on the CAN bus" } : used(text),
  ]);
}
