// English: the page of the wiring.

import type { Finding, FindingKind } from "../../../monitor/wiring-findings.ts";

type Said = { readonly what: string; readonly remedy: string };

const cellOf = (wire: number): string => (wire === 0 ? "battery minus" : `the plus of cell ${wire}`);
const OFF = "Switch off and take the plug of X9 out first.";

const FINDINGS: Readonly<Record<FindingKind, (finding: Finding) => Said>> = {
  openWire: ({ element }) => ({
    what: `Sense wire C${element} is open.`,
    remedy: `${OFF} Look at the fuse, the crimp and the terminal of the wire from this pin to ${cellOf(element)}.`,
  }),
  openWireSuspected: ({ element }) => ({
    what: `Sense wire C${element} cannot be judged while its neighbour is open.`,
    remedy: "Repair the open wire, then look again.",
  }),
  reversedCell: ({ element }) => ({
    what: `Cell ${element} reads negative.`,
    remedy: `${OFF} Cell ${element} sits the wrong way round, or its two wires are changed over: measure between both pins.`,
  }),
  swappedWires: ({ element }) => ({
    what: `Wires C${element} and C${element + 1} are changed over.`,
    remedy: `${OFF} Measure both against C0: C${element + 1} must be one cell above C${element}. Change them back in the plug.`,
  }),
  sumDiffers: () => ({
    what: "The cells do not add up to the supply at X9.",
    remedy: "Measure between VBAT+ and VBAT-, and between C0 and the top input: X9 must be fed by the whole battery.",
  }),
  cellMissing: ({ element }) => ({
    what: `There is no cell between C${element - 1} and C${element}.`,
    remedy: "Either the number of cells is set too high, or this cell is dead or its wires are bridged.",
  }),
  cellTooMany: ({ element }) => ({
    what: `Input C${element} carries a cell above the top one that is set.`,
    remedy: "Set the number of cells higher, or tie this input to the plus of the top cell.",
  }),
  frontEndSilent: () => ({
    what: "The cell monitor gives no values.",
    remedy: "Look at the plug of X8 and at the supply at X9; if both are well, the board is broken.",
  }),
  wiresNotTested: () => ({
    what: "The sense wires have not been tested since the start.",
    remedy: "The test comes by itself within some seconds.",
  }),
  supply: () => ({
    what: "The supply at X9 is not believed.",
    remedy: "Measure between VBAT+ and VBAT-: 14 to 78 V, from the top cell's plus to battery minus.",
  }),
  thermistorOpen: ({ element }) => ({
    what: `Thermistor ${element} is open.`,
    remedy: `Look at both wires from TEMP${element} and TEMPG${element}; at 25 °C a good one has 100 kΩ. If none is fitted, set its use to none.`,
  }),
  thermistorShorted: ({ element }) => ({
    what: `Thermistor ${element} is shorted.`,
    remedy: `The wires of TEMP${element} and TEMPG${element} touch each other or a cell: look for a crushed wire or missing insulation.`,
  }),
  currentSensor: ({ subject }) => ({
    what: `The current is not believed: ${subject}.`,
    remedy:
      "Compare the voltages at X7 with the sheet of the sensor: supply 5 V, output and reference about 2.5 V at no current.",
  }),
  contactorWelded: ({ element, subject }) => ({
    what: `The ${subject} is welded: it stays closed while commanded open.`,
    remedy: `Separate the battery by hand first. Then, with OUT${element} off, measure across its main contacts; if they conduct, replace it.`,
  }),
  contactorStuckOpen: ({ element, subject }) => ({
    what: `The ${subject} stays open while commanded closed.`,
    remedy: `Look at its coil between +12V and OUT${element}, and at the wire of its auxiliary contact.`,
  }),
  feedbackBroken: ({ subject }) => ({
    what: `The auxiliary contact of the ${subject} says open while current flows.`,
    remedy: "Look at the wire between FBx and GND, and whether the contact is set as normally open or closed.",
  }),
};

export const WIRING = {
  findings: FINDINGS,
  at: (pins: string) => `At ${pins}.`,
  check: "Check of the wiring",
  well: "All wires are where they should be, as far as the board can tell.",
  wellNot:
    "The board cannot tell a wire at the wrong contactor or lamp, nor a thermistor on the wrong cell: follow the drawing.",
  checking: "Looking…",
  planning: (cells: number, set: number) =>
    `Plan for ${cells} cells. ${set} are set on this device, so no live values of cells are shown.`,
  battery: (cells: number) => `${cells} cells in series`,
  cells: "Cells in series",
  asSet: (cells: number) => `${cells}, as set`,
  view: "Show as",
  drawing: "Drawing",
  table: "Table",
  print: "Print",
  headers: "Headers",
  sheet: "Wiring",
  notCertified: "Wrong wiring can destroy the board and set fire to cells. Fuse every sense wire close to its cell.",
  order: "Order of connection",
  steps: (cells: number, first: string, spare: string) => [
    "Take all plugs off the board. Open the battery: no load, no charger.",
    "Fasten the thermistors to their cells and insulate them from the terminals.",
    `Wire the loose plug of X8 in the order of the numbers: C0 to B− first, then ${first}${spare}.`,
    `Measure at the loose plug against C0: every pin one cell above the one before, up to cell ${cells}.`,
    "Plug in X8, then X6, X7, X1, X3, X4 and X5.",
    "Plug in X9 last: battery minus and the plus of the top cell. The board starts.",
    "Look at the check above before anything is connected to the contactors' other side.",
  ],
  firstCells: (cells: number) => `C1, C2 and so on up to C${cells}`,
  spares: (names: string, cells: number) => `; ${names} to the plus of cell ${cells} too`,
  columns: { order: "Order", header: "Header", pin: "Pin", name: "Name", goesTo: "Goes to", now: "Now" },
  pin: "pin",
  cell: "Cell",
  minus: "B−",
  plus: "B+",
  on: "on",
  off: "off",
  closed: "closed",
  open: "open",
  pressed: "pressed",
  released: "not pressed",
  driven: "driven",
  notDriven: "not driven",
  notUsed: "not used",
  coils: "The four contactors of header X1, each with its coil and its auxiliary contact.",
  nothing: "no contactor",
  contactOf: (name: string) => `contact: ${name}`,
  coil: "coil",
  contact: "contact",
  ladder: (cells: number, wrong: string) => `Header X8 and the battery of ${cells} cells.${wrong}`,
  map: (header: string, wrong: string) => `Pins of header ${header}.${wrong}`,
  pinsOf: (header: string) => `Header ${header}`,
  wrongPins: (names: string) => ` Wrong: ${names}.`,
  legend: { wire: "wire", spare: "tied to the top cell", wrong: "wrong or open", free: "not used" },
} as const;
