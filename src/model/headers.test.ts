// The headers against the connection manual, pin by pin, and the wiring of every battery the board can take.
import { describe, expect, test } from "vitest";
import { cellWiring, HEADERS, type Header } from "./headers.ts";

// pin names from pin 1 upwards, from the pin tables of the connection manual, sections 2.1.1 to 2.1.9
const MANUAL = {
  X1: "- +12V GND +12V GND +12V GND +12V GND - FB1 OUT1 FB2 OUT2 FB3 OUT3 FB4 OUT4",
  X3: "DIN1 DIN2 DIN3 DIN4 DOUT1 DOUT2 DOUT3 DOUT4 GND GND GND GND GND GND GND GND",
  X4: "RS485_B +5V CAN_L RS485_A GND CAN_H",
  X5: "BTN GND",
  X6: "TEMPG1 TEMPG2 TEMPG3 TEMPG4 TEMPG5 TEMPG6 TEMP1 TEMP2 TEMP3 TEMP4 TEMP5 TEMP6",
  X7: "+5V GND Vcs Vref",
  X8: "C0 C2 C4 C6 C8 C10 C12 C14 C16 C18 NC C1 C3 C5 C7 C9 C11 C13 C15 C17",
  X9: "VBAT+ VBAT-",
} as const;

describe("headers", () => {
  test.each(Object.entries(MANUAL))("%s carries the pins of the manual: %s", (name, names) => {
    const header: Header = HEADERS[name as keyof typeof MANUAL];
    expect(header.pins.map((pin) => pin.name).join(" ")).toBe(names);
  });

  test.each(Object.entries(HEADERS) as [string, Header][])("%s counts its pins from 1 and explains each", (_, header) => {
    expect(header.pins.map((pin) => pin.pin)).toEqual(header.pins.map((_pin, i) => i + 1));
    for (const pin of header.pins) expect(pin.help.length).toBeGreaterThan(5);
  });

  test("there are nine headers and two jumpers", () => {
    expect(Object.keys(HEADERS)).toEqual(["X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9", "J1", "J2"]);
  });

  test.each([
    ["X1", "OUT1", /100 V, 5 A/], ["X1", "+12V", /12 V/], ["X3", "DOUT4", /5 V, 20 mA/], ["X3", "DIN1", /5 V/],
    ["X4", "+5V", /isolated 5 V, 400 mA/], ["X5", "BTN", /3\.3 V/], ["X7", "+5V", /5 V, 50 mA/], ["X9", "VBAT+", /14\.\.78 V, 30 mA at 48 V/],
  ] as const)("%s %s bears what the manual says", (header, name, facts) => {
    const pins: Header["pins"] = HEADERS[header].pins;
    expect(pins.find((pin) => pin.name === name)?.electrical).toMatch(facts);
  });
});

const EVERY_SIZE = Array.from({ length: 13 }, (_, i) => i + 6);

describe("cell wiring", () => {
  test.each(EVERY_SIZE)("with %i cells every input C0..C18 is wired once, to a pin of its own", (cells) => {
    const { x8 } = cellWiring(cells);
    expect(x8.map((wire) => wire.input)).toEqual(Array.from({ length: 19 }, (_, i) => `C${i}`));
    expect(new Set(x8.map((wire) => wire.pin)).size).toBe(19);
    expect(x8.some((wire) => wire.pin === 11)).toBe(false); // not connected
  });

  test.each(EVERY_SIZE)("with %i cells C0 goes to B- first, Ck to the plus of cell k, the rest to the top cell", (cells) => {
    const { x8 } = cellWiring(cells);
    expect(x8[0]).toEqual({ pin: 1, input: "C0", use: "minus", tap: 0, order: 1 });
    x8.forEach((wire, k) => {
      expect(wire.order).toBe(k + 1);
      expect(wire.tap).toBe(k <= cells ? k : cells);
      expect(wire.use).toBe(k === 0 ? "minus" : k <= cells ? "cell" : "spare");
      expect(wire.pin).toBe(k % 2 === 0 ? k / 2 + 1 : (k - 1) / 2 + 12);
    });
  });

  test("C9 of an 8-cell battery goes to its top cell", () => {
    expect(cellWiring(8).x8[9]).toEqual({ pin: 16, input: "C9", use: "spare", tap: 8, order: 10 });
  });

  test.each(EVERY_SIZE)("with %i cells X9 is fed by the whole battery, after X8, minus first", (cells) => {
    expect(cellWiring(cells).x9).toEqual([
      { pin: 2, name: "VBAT-", tap: 0, order: 20 },
      { pin: 1, name: "VBAT+", tap: cells, order: 21 },
    ]);
  });

  test("thermistors use pins k and k + 6 and spread over cells of the battery, none twice", () => {
    for (const cells of EVERY_SIZE)
      for (let count = 1; count <= 6; count++) {
        const { x6 } = cellWiring(cells, count);
        expect(x6.map((wire) => [wire.groundPin, wire.signalPin])).toEqual(Array.from({ length: count }, (_, i) => [i + 1, i + 7]));
        expect(x6.every((wire) => wire.cell >= 1 && wire.cell <= cells)).toBe(true);
        expect(new Set(x6.map((wire) => wire.cell)).size).toBe(count);
      }
  });

  test.each([[5, 1], [19, 1], [6.5, 1], [Number.NaN, 1], [8, 0], [8, 7]])("%f cells with %f thermistors are our own bug", (cells, thermistors) => {
    expect(() => cellWiring(cells, thermistors)).toThrow("a battery has");
  });
});
