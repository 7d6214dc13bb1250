// Everything that can be made to go wrong in the modelled world: one row per fault, with its help and parameters.
// Scenarios, the command line and the manual read this table; faults.ts makes the rows happen.
// Elements are counted as on the headers: cells 1..18, wires C0..C18, thermistors, outputs and inputs from 1.

import type { Unit } from "../model/rows.ts";

type Parameter = {
  readonly unit: Unit;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly help: string;
};
type FaultDescription = {
  readonly title: string;
  readonly help: string;
  /** Which parameter names the element; "none" when there is only one of the thing. */
  readonly element: "cell" | "wire" | "thermistor" | "output" | "input" | "none";
  readonly parameters: { readonly [name: string]: Parameter };
};

const CELL: Parameter = { unit: "count", min: 1, max: 18, default: 1, help: "Cell as on header X8." };
const WIRE: Parameter = { unit: "count", min: 0, max: 18, default: 1, help: "Wire Ck of header X8." };
const THERMISTOR: Parameter = { unit: "count", min: 1, max: 6, default: 1, help: "Thermistor as on header X6." };
const OUTPUT: Parameter = { unit: "count", min: 1, max: 4, default: 1, help: "Output as on header X1." };
const INPUT: Parameter = { unit: "count", min: 1, max: 4, default: 1, help: "Discrete input as on header X3." };

export const FAULT_CATALOGUE = {
  cellLeak: {
    title: "Internal leak of a cell",
    element: "cell",
    help: "A resistance across the cell: 1 Ohm drains it in days, 1 mOhm is an internal short circuit that heats it.",
    parameters: {
      cell: CELL,
      resistance_Ohm: { unit: "Ohm", min: 0.0005, max: 100000, default: 1, help: "Resistance of the leak." },
    },
  },
  cellCapacityLoss: {
    title: "Lost capacity of a cell",
    element: "cell",
    help: "The cell loses a part of its capacity at once; its charge fraction stays.",
    parameters: {
      cell: CELL,
      loss: { unit: "ratio", min: 0, max: 0.95, default: 0.3, help: "Lost part of the capacity." },
    },
  },
  cellResistance: {
    title: "High resistance of a cell or its joint",
    element: "cell",
    help: "A loose or corroded joint inside the measured section of the cell.",
    parameters: {
      cell: CELL,
      added_Ohm: { unit: "Ohm", min: 0, max: 1, default: 0.005, help: "Resistance added in series." },
    },
  },
  cellReversed: {
    title: "Cell connected in reverse",
    element: "cell",
    help: "The cell sits the wrong way round in the stack.",
    parameters: { cell: CELL },
  },
  senseWireOpen: {
    title: "Open sense wire",
    element: "wire",
    help: "Wire Ck is off; the input floats between its neighbours and follows the balancing resistors.",
    parameters: { wire: WIRE },
  },
  senseWiresSwapped: {
    title: "Swapped sense wires",
    element: "wire",
    help: "Wires Ck and Ck+1 are exchanged.",
    parameters: { wire: { ...WIRE, max: 17 } },
  },
  cellReadingOffset: {
    title: "Wrong cell reading",
    element: "cell",
    help: "The front end reads the cell with an added error.",
    parameters: {
      cell: CELL,
      offset_V: { unit: "V", min: -10, max: 10, default: 0.05, help: "Error of the reading." },
    },
  },
  cellReadingStuck: {
    title: "Frozen cell reading",
    element: "cell",
    help: "The reading of one cell no longer changes.",
    parameters: { cell: CELL },
  },
  thermistorOpen: {
    title: "Thermistor open",
    element: "thermistor",
    help: "Broken thermistor wire: the divider reads its supply.",
    parameters: { thermistor: THERMISTOR },
  },
  thermistorShort: {
    title: "Thermistor short",
    element: "thermistor",
    help: "Thermistor wires touch: the divider reads 0 V.",
    parameters: { thermistor: THERMISTOR },
  },
  thermistorOffset: {
    title: "Thermistor reads wrong",
    element: "thermistor",
    help: "The thermistor sits loose or is the wrong part.",
    parameters: {
      thermistor: THERMISTOR,
      offset_K: { unit: "kelvin", min: -100, max: 100, default: 10, help: "Added to the temperature of its place." },
    },
  },
  hallOffset: {
    title: "Current sensor offset",
    element: "none",
    help: "Zero error, for example after magnetisation by a short circuit.",
    parameters: { offset_A: { unit: "A", min: -1200, max: 1200, default: 5, help: "Added to the current." } },
  },
  hallGain: {
    title: "Current sensor gain",
    element: "none",
    help: "The sensor reads a wrong multiple of the current.",
    parameters: { factor: { unit: "ratio", min: -2, max: 3, default: 1.1, help: "Factor on the current." } },
  },
  hallFrozen: {
    title: "Current sensor frozen",
    element: "none",
    help: "The output no longer changes.",
    parameters: {},
  },
  hallReferenceLost: {
    title: "Current sensor reference lost",
    element: "none",
    help: "The reference wire is off: the pin reads 0 V.",
    parameters: {},
  },
  hallSupplyLost: {
    title: "Current sensor supply lost",
    element: "none",
    help: "No 5 V at header X7: supply, output and reference read 0 V.",
    parameters: {},
  },
  hallRailed: {
    title: "Current sensor output railed",
    element: "none",
    help: "The output sticks near a supply rail.",
    parameters: { high: { unit: "count", min: 0, max: 1, default: 1, help: "1 at the upper rail, 0 at the lower." } },
  },
  contactorWelded: {
    title: "Welded contactor",
    element: "output",
    help: "The main contact stays closed, and the auxiliary contact with it.",
    parameters: { output: OUTPUT },
  },
  contactorStuckOpen: {
    title: "Contactor does not close",
    element: "output",
    help: "Broken coil or wire: the contact stays open.",
    parameters: { output: OUTPUT },
  },
  feedbackBroken: {
    title: "Feedback wire broken",
    element: "output",
    help: "FBk reads open whatever the contactor does.",
    parameters: { output: OUTPUT },
  },
  feedbackShorted: {
    title: "Feedback wire shorted",
    element: "output",
    help: "FBk reads closed whatever the contactor does.",
    parameters: { output: OUTPUT },
  },
  linkShorted: {
    title: "Short circuit on the link",
    element: "none",
    help: "The discharge bus is shorted; precharging cannot raise it.",
    parameters: {
      resistance_Ohm: { unit: "Ohm", min: 0.0001, max: 10, default: 0.001, help: "Resistance of the short." },
    },
  },
  prechargeResistorOpen: {
    title: "Precharge resistor open",
    element: "none",
    help: "The precharge path does not conduct.",
    parameters: {},
  },
  chargerIgnoresLimits: {
    title: "Charger ignores current limits",
    element: "none",
    help: "The charger keeps its own current setting whatever limit it is given.",
    parameters: {},
  },
  chargerIgnoresPermission: {
    title: "Charger ignores the permission",
    element: "none",
    help: "The charger charges although charging is not allowed.",
    parameters: {},
  },
  chargerRunaway: {
    title: "Charger out of control",
    element: "none",
    help: "Current and voltage leave their setting by a factor.",
    parameters: {
      factor: { unit: "ratio", min: 1, max: 3, default: 1.3, help: "Factor on the set current and voltage." },
    },
  },
  loadShort: {
    title: "Short circuit of the load",
    element: "none",
    help: "The load becomes a short circuit, as by a dropped tool.",
    parameters: {
      resistance_Ohm: { unit: "Ohm", min: 0.0001, max: 10, default: 0.005, help: "Resistance of the short." },
    },
  },
  fuseBlown: { title: "Fuse blown", element: "none", help: "The main fuse is open.", parameters: {} },
  ambientJump: {
    title: "Ambient temperature jump",
    element: "none",
    help: "The surroundings take another temperature at once.",
    parameters: { ambient_degC: { unit: "degC", min: -60, max: 120, default: 60, help: "New temperature." } },
  },
  heaterStuckOn: {
    title: "Heater stuck on",
    element: "none",
    help: "The heater heats whatever the output does.",
    parameters: {},
  },
  frontEndStalled: {
    title: "Front end stalled",
    element: "none",
    help: "No new cell values: cellSequence stands still.",
    parameters: {},
  },
  buttonStuck: { title: "Button stuck", element: "none", help: "The ON/OFF button stays pressed.", parameters: {} },
  insulationFault: {
    title: "Insulation fault",
    element: "none",
    help: "The insulation monitor reports a fault at the input with that role.",
    parameters: {},
  },
  inputStuck: {
    title: "Discrete input stuck",
    element: "input",
    help: "DINk stays as given whatever drives it.",
    parameters: { input: INPUT, closed: { unit: "count", min: 0, max: 1, default: 1, help: "1 closed, 0 open." } },
  },
  supplyBrownOut: {
    title: "Supply brown-out",
    element: "none",
    help: "The board supply sinks; below 9 V the outputs fall off and the front end stops.",
    parameters: { supply_V: { unit: "V", min: 0, max: 80, default: 6, help: "Voltage left at the board." } },
  },
  frontEndNoise: {
    title: "Disturbed measurement",
    element: "none",
    help: "An inverter couples noise into the cell wires.",
    parameters: { noise_V: { unit: "V", min: 0, max: 1, default: 0.01, help: "Standard deviation of each reading." } },
  },
} as const satisfies { readonly [kind: string]: FaultDescription };

export type WorldFaultKind = keyof typeof FAULT_CATALOGUE;

/** One fault with its parameters, for example { kind: "cellLeak", cell: 3, resistance_Ohm: 1 }. */
export type WorldFault = {
  [K in WorldFaultKind]: { readonly kind: K } & {
    readonly [P in keyof (typeof FAULT_CATALOGUE)[K]["parameters"]]: number;
  };
}[WorldFaultKind];

export type WorldFaultRequest = { readonly kind: string; readonly [parameter: string]: number | string };

/** A complete fault from names and numbers as a person gives them, or what is wrong with them. */
export function readFault(request: WorldFaultRequest): WorldFault | { readonly problem: string } {
  if (!Object.hasOwn(FAULT_CATALOGUE, request.kind)) return { problem: `unknown fault "${request.kind}"` };
  const row: FaultDescription = FAULT_CATALOGUE[request.kind as WorldFaultKind];
  const fault: { kind: string; [name: string]: number | string } = { kind: request.kind };
  for (const [name, parameter] of Object.entries(row.parameters)) {
    const value = request[name] ?? parameter.default;
    if (typeof value !== "number" || !(value >= parameter.min && value <= parameter.max)) {
      return {
        problem: `${request.kind}: ${name} is a number from ${parameter.min} to ${parameter.max} ${parameter.unit}`,
      };
    }
    fault[name] = value;
  }
  for (const name of Object.keys(request)) {
    if (name !== "kind" && !Object.hasOwn(row.parameters, name))
      return { problem: `${request.kind} has no parameter "${name}"` };
  }
  return fault as WorldFault;
}
