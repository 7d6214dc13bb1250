// The headers of the board, pin by pin, and how a battery of 6 to 18 cells is wired to them: facts of the connection
// manual of the BMS Mini 2.1, sections 2.1 and 2.2. The wiring command and the drawing read nothing else.

import { assert } from "../base/assert.ts";

/** Seen from the board. `bus` goes both ways, `none` is not connected. */
export type PinDirection = "input" | "output" | "supply" | "ground" | "bus" | "none";

export type Pin = {
  readonly pin: number;
  readonly name: string;
  readonly direction: PinDirection;
  readonly electrical: string;
  readonly help: string;
};

export type Header = { readonly title: string; readonly help: string; readonly pins: readonly Pin[] };

export const HEADERS = {
  X1: { title: "Contactors", help: "Four coils with feedback. A coil goes between +12V and OUTx, its auxiliary contact between FBx and GND.", pins: [
    { pin: 1, name: "-", direction: "none", electrical: "", help: "Not used." },
    { pin: 2, name: "+12V", direction: "supply", electrical: "12 V from the board's own converter", help: "Plus of the coil of contactor 1; all +12V pins are the same line." },
    { pin: 3, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of feedback 1; all GND pins are the same line." },
    { pin: 4, name: "+12V", direction: "supply", electrical: "12 V from the board's own converter", help: "Plus of the coil of contactor 2; all +12V pins are the same line." },
    { pin: 5, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of feedback 2; all GND pins are the same line." },
    { pin: 6, name: "+12V", direction: "supply", electrical: "12 V from the board's own converter", help: "Plus of the coil of contactor 3; all +12V pins are the same line." },
    { pin: 7, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of feedback 3; all GND pins are the same line." },
    { pin: 8, name: "+12V", direction: "supply", electrical: "12 V from the board's own converter", help: "Plus of the coil of contactor 4; all +12V pins are the same line." },
    { pin: 9, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of feedback 4; all GND pins are the same line." },
    { pin: 10, name: "-", direction: "none", electrical: "", help: "Not used." },
    { pin: 11, name: "FB1", direction: "input", electrical: "dry contact to GND", help: "Auxiliary contact of contactor 1: tells whether it has really moved." },
    { pin: 12, name: "OUT1", direction: "output", electrical: "low-side switch, 100 V, 5 A at most", help: "Minus of the coil of contactor 1; the coil lies between +12V and this pin." },
    { pin: 13, name: "FB2", direction: "input", electrical: "dry contact to GND", help: "Auxiliary contact of contactor 2: tells whether it has really moved." },
    { pin: 14, name: "OUT2", direction: "output", electrical: "low-side switch, 100 V, 5 A at most", help: "Minus of the coil of contactor 2; the coil lies between +12V and this pin." },
    { pin: 15, name: "FB3", direction: "input", electrical: "dry contact to GND", help: "Auxiliary contact of contactor 3: tells whether it has really moved." },
    { pin: 16, name: "OUT3", direction: "output", electrical: "low-side switch, 100 V, 5 A at most", help: "Minus of the coil of contactor 3; the coil lies between +12V and this pin." },
    { pin: 17, name: "FB4", direction: "input", electrical: "dry contact to GND", help: "Auxiliary contact of contactor 4: tells whether it has really moved." },
    { pin: 18, name: "OUT4", direction: "output", electrical: "low-side switch, 100 V, 5 A at most", help: "Minus of the coil of contactor 4; the coil lies between +12V and this pin." },
  ] },
  X2: { title: "USB", help: "Mini-USB socket for configuration; pins as in the USB 2.0 standard for mini-B.", pins: [
    { pin: 1, name: "VBUS", direction: "input", electrical: "5 V of the host", help: "The host is present." },
    { pin: 2, name: "D-", direction: "bus", electrical: "USB 2.0, 12 Mbit/s", help: "Data minus." },
    { pin: 3, name: "D+", direction: "bus", electrical: "USB 2.0, 12 Mbit/s", help: "Data plus." },
    { pin: 4, name: "ID", direction: "none", electrical: "open", help: "Not used by a device." },
    { pin: 5, name: "GND", direction: "ground", electrical: "ground of the host", help: "The board hangs on battery minus: use an isolated hub with a grounded computer." },
  ] },
  X3: { title: "Discrete inputs and outputs", help: "Four dry contacts in, four 5 V signals out; what each means is a setting.", pins: [
    { pin: 1, name: "DIN1", direction: "input", electrical: "dry contact, 5 V", help: "Discrete input 1: closed to GND means on." },
    { pin: 2, name: "DIN2", direction: "input", electrical: "dry contact, 5 V", help: "Discrete input 2: closed to GND means on." },
    { pin: 3, name: "DIN3", direction: "input", electrical: "dry contact, 5 V", help: "Discrete input 3: closed to GND means on." },
    { pin: 4, name: "DIN4", direction: "input", electrical: "dry contact, 5 V", help: "Discrete input 4: closed to GND means on." },
    { pin: 5, name: "DOUT1", direction: "output", electrical: "5 V, 20 mA at most", help: "Discrete output 1: a lamp, an optocoupler or the input of a relay module." },
    { pin: 6, name: "DOUT2", direction: "output", electrical: "5 V, 20 mA at most", help: "Discrete output 2: a lamp, an optocoupler or the input of a relay module." },
    { pin: 7, name: "DOUT3", direction: "output", electrical: "5 V, 20 mA at most", help: "Discrete output 3: a lamp, an optocoupler or the input of a relay module." },
    { pin: 8, name: "DOUT4", direction: "output", electrical: "5 V, 20 mA at most", help: "Discrete output 4: a lamp, an optocoupler or the input of a relay module." },
    { pin: 9, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete input 1." },
    { pin: 10, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete input 2." },
    { pin: 11, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete input 3." },
    { pin: 12, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete input 4." },
    { pin: 13, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete output 1." },
    { pin: 14, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete output 2." },
    { pin: 15, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete output 3." },
    { pin: 16, name: "GND", direction: "ground", electrical: "battery minus", help: "Return of discrete output 4." },
  ] },
  X4: { title: "CAN and RS-485", help: "Both buses and their supply, isolated from the battery.", pins: [
    { pin: 1, name: "RS485_B", direction: "bus", electrical: "isolated", help: "Line B of RS-485." },
    { pin: 2, name: "+5V", direction: "supply", electrical: "isolated 5 V, 400 mA at most", help: "Supply for a display or a radio module." },
    { pin: 3, name: "CAN_L", direction: "bus", electrical: "isolated", help: "Low line of the CAN bus." },
    { pin: 4, name: "RS485_A", direction: "bus", electrical: "isolated", help: "Line A of RS-485." },
    { pin: 5, name: "GND", direction: "ground", electrical: "isolated ground", help: "Ground of both buses and of +5V; not battery minus." },
    { pin: 6, name: "CAN_H", direction: "bus", electrical: "isolated", help: "High line of the CAN bus." },
  ] },
  X5: { title: "On/off button", help: "A push button without a supply of its own.", pins: [
    { pin: 1, name: "BTN", direction: "input", electrical: "dry contact, 3.3 V", help: "One side of the button." },
    { pin: 2, name: "GND", direction: "ground", electrical: "battery minus", help: "The other side of the button." },
  ] },
  X6: { title: "Cell thermistors", help: "One to six thermistors of 100 kOhm, each between TEMPx and TEMPGx, insulated from the cell terminals.", pins: [
    { pin: 1, name: "TEMPG1", direction: "ground", electrical: "ground of a divider", help: "Ground wire of thermistor 1." },
    { pin: 2, name: "TEMPG2", direction: "ground", electrical: "ground of a divider", help: "Ground wire of thermistor 2." },
    { pin: 3, name: "TEMPG3", direction: "ground", electrical: "ground of a divider", help: "Ground wire of thermistor 3." },
    { pin: 4, name: "TEMPG4", direction: "ground", electrical: "ground of a divider", help: "Ground wire of thermistor 4." },
    { pin: 5, name: "TEMPG5", direction: "ground", electrical: "ground of a divider", help: "Ground wire of thermistor 5." },
    { pin: 6, name: "TEMPG6", direction: "ground", electrical: "ground of a divider", help: "Ground wire of thermistor 6." },
    { pin: 7, name: "TEMP1", direction: "input", electrical: "NTC 100 kOhm against 100 kOhm", help: "Signal wire of thermistor 1." },
    { pin: 8, name: "TEMP2", direction: "input", electrical: "NTC 100 kOhm against 100 kOhm", help: "Signal wire of thermistor 2." },
    { pin: 9, name: "TEMP3", direction: "input", electrical: "NTC 100 kOhm against 100 kOhm", help: "Signal wire of thermistor 3." },
    { pin: 10, name: "TEMP4", direction: "input", electrical: "NTC 100 kOhm against 100 kOhm", help: "Signal wire of thermistor 4." },
    { pin: 11, name: "TEMP5", direction: "input", electrical: "NTC 100 kOhm against 100 kOhm", help: "Signal wire of thermistor 5." },
    { pin: 12, name: "TEMP6", direction: "input", electrical: "NTC 100 kOhm against 100 kOhm", help: "Signal wire of thermistor 6." },
  ] },
  X7: { title: "Current sensor", help: "A bidirectional Hall sensor with 5 V supply (LEM HASS, HTFS, DHAB).", pins: [
    { pin: 1, name: "+5V", direction: "supply", electrical: "5 V, 50 mA at most", help: "Supply of the sensor." },
    { pin: 2, name: "GND", direction: "ground", electrical: "battery minus", help: "Ground of the sensor." },
    { pin: 3, name: "Vcs", direction: "input", electrical: "0..5 V", help: "Output of the sensor." },
    { pin: 4, name: "Vref", direction: "input", electrical: "0..5 V", help: "Reference of the sensor, or the second channel of a DHAB." },
  ] },
  X8: { title: "Battery cells", help: "Measuring and balancing wires of up to 18 cells. Wrong wiring can destroy the board.", pins: [
    { pin: 1, name: "C0", direction: "input", electrical: "0 V, measuring only", help: "Minus of the battery; always connected first." },
    { pin: 2, name: "C2", direction: "input", electrical: "plus of cell 2", help: "Plus of cell 2, or of the top cell when there are fewer." },
    { pin: 3, name: "C4", direction: "input", electrical: "plus of cell 4", help: "Plus of cell 4, or of the top cell when there are fewer." },
    { pin: 4, name: "C6", direction: "input", electrical: "plus of cell 6", help: "Plus of cell 6, or of the top cell when there are fewer." },
    { pin: 5, name: "C8", direction: "input", electrical: "plus of cell 8", help: "Plus of cell 8, or of the top cell when there are fewer." },
    { pin: 6, name: "C10", direction: "input", electrical: "plus of cell 10", help: "Plus of cell 10, or of the top cell when there are fewer." },
    { pin: 7, name: "C12", direction: "input", electrical: "plus of cell 12", help: "Plus of cell 12, or of the top cell when there are fewer." },
    { pin: 8, name: "C14", direction: "input", electrical: "plus of cell 14", help: "Plus of cell 14, or of the top cell when there are fewer." },
    { pin: 9, name: "C16", direction: "input", electrical: "plus of cell 16", help: "Plus of cell 16, or of the top cell when there are fewer." },
    { pin: 10, name: "C18", direction: "input", electrical: "plus of cell 18, measuring only", help: "Plus of cell 18, or of the top cell when there are fewer." },
    { pin: 11, name: "NC", direction: "none", electrical: "", help: "Not connected." },
    { pin: 12, name: "C1", direction: "input", electrical: "plus of cell 1", help: "Plus of the lowest cell; connected right after C0." },
    { pin: 13, name: "C3", direction: "input", electrical: "plus of cell 3", help: "Plus of cell 3, or of the top cell when there are fewer." },
    { pin: 14, name: "C5", direction: "input", electrical: "plus of cell 5", help: "Plus of cell 5, or of the top cell when there are fewer." },
    { pin: 15, name: "C7", direction: "input", electrical: "plus of cell 7", help: "Plus of cell 7, or of the top cell when there are fewer." },
    { pin: 16, name: "C9", direction: "input", electrical: "plus of cell 9", help: "Plus of cell 9, or of the top cell when there are fewer." },
    { pin: 17, name: "C11", direction: "input", electrical: "plus of cell 11", help: "Plus of cell 11, or of the top cell when there are fewer." },
    { pin: 18, name: "C13", direction: "input", electrical: "plus of cell 13", help: "Plus of cell 13, or of the top cell when there are fewer." },
    { pin: 19, name: "C15", direction: "input", electrical: "plus of cell 15", help: "Plus of cell 15, or of the top cell when there are fewer." },
    { pin: 20, name: "C17", direction: "input", electrical: "plus of cell 17", help: "Plus of cell 17, or of the top cell when there are fewer." },
  ] },
  X9: { title: "Power", help: "Supply of the board. Battery minus is the ground of the board, also that of a radio module's antenna.", pins: [
    { pin: 1, name: "VBAT+", direction: "input", electrical: "14..78 V, 30 mA at 48 V in work", help: "Plus of the top cell." },
    { pin: 2, name: "VBAT-", direction: "ground", electrical: "battery minus", help: "Minus of the battery; with X9 connected, C0 carries no supply current." },
  ] },
  J1: { title: "CAN terminal resistor", help: "Set the jumper on the two devices at the ends of the bus, on no other.", pins: [
    { pin: 1, name: "CAN_H", direction: "bus", electrical: "resistor between the CAN lines", help: "One side of the jumper." },
    { pin: 2, name: "CAN_L", direction: "bus", electrical: "resistor between the CAN lines", help: "The other side of the jumper." },
  ] },
  J2: { title: "RS-485 terminal resistor", help: "Set the jumper on the two devices at the ends of the line, on no other.", pins: [
    { pin: 1, name: "RS485_A", direction: "bus", electrical: "resistor between the RS-485 lines", help: "One side of the jumper." },
    { pin: 2, name: "RS485_B", direction: "bus", electrical: "resistor between the RS-485 lines", help: "The other side of the jumper." },
  ] },
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof HEADERS;

export const CELLS_MIN = 6;
export const CELLS_MAX = 18;
export const THERMISTORS_MIN = 1;
export const THERMISTORS_MAX = 6;

/** One wire of X8. `tap` counts from the bottom: 0 is B-, k is the plus of cell k. */
export type CellWire = {
  readonly pin: number;
  readonly input: string;
  /** `spare`: an input above the top cell, tied to it. */
  readonly use: "minus" | "cell" | "spare";
  readonly tap: number;
  /** 1 is connected first. */
  readonly order: number;
};

/** Both wires of one thermistor, and the cell we suggest to fasten it to: evenly spread over the battery. */
export type ThermistorWire = { readonly thermistor: number; readonly signalPin: number; readonly groundPin: number; readonly cell: number };

/** One wire of X9, connected after those of X8. */
export type PowerWire = { readonly pin: number; readonly name: string; readonly tap: number; readonly order: number };

export type Wiring = {
  readonly cells: number;
  readonly x8: readonly CellWire[];
  readonly x6: readonly ThermistorWire[];
  readonly x9: readonly PowerWire[];
};

/**
 * The wires of a battery of 6..18 cells with 1..6 thermistors, each list in the order of connection: C0 to B- first, then
 * cell by cell upwards, then the inputs without a cell of their own, which go to the top cell (manual, section 2.2.1).
 * The manual gives no order for X9; here it comes last, minus first. Other numbers are our own bug.
 */
export function cellWiring(cells: number, thermistors = 1): Wiring {
  assert(Number.isInteger(cells) && cells >= CELLS_MIN && cells <= CELLS_MAX, "a battery has 6 to 18 cells");
  assert(Number.isInteger(thermistors) && thermistors >= THERMISTORS_MIN && thermistors <= THERMISTORS_MAX, "a battery has 1 to 6 thermistors");
  const x8: CellWire[] = [];
  for (let input = 0; input <= CELLS_MAX; input++) x8.push(cellWire(input, cells));
  const x6: ThermistorWire[] = [];
  for (let sensor = 1; sensor <= thermistors; sensor++) {
    const cell = Math.ceil(((sensor - 0.5) * cells) / thermistors);
    x6.push({ thermistor: sensor, signalPin: pinOf("X6", `TEMP${sensor}`), groundPin: pinOf("X6", `TEMPG${sensor}`), cell });
  }
  const x9: readonly PowerWire[] = [
    { pin: pinOf("X9", "VBAT-"), name: "VBAT-", tap: 0, order: CELLS_MAX + 2 },
    { pin: pinOf("X9", "VBAT+"), name: "VBAT+", tap: cells, order: CELLS_MAX + 3 },
  ];
  return { cells, x8, x6, x9 };
}

function cellWire(input: number, cells: number): CellWire {
  const name = `C${input}`;
  const use = input === 0 ? "minus" : input <= cells ? "cell" : "spare";
  return { pin: pinOf("X8", name), input: name, use, tap: Math.min(input, cells), order: input + 1 };
}

function pinOf(header: HeaderName, name: string): number {
  const pins: readonly Pin[] = HEADERS[header].pins;
  const found = pins.find((pin) => pin.name === name);
  assert(found !== undefined, "the header has a pin of that name");
  return found.pin;
}
