// What goes to each pin, under the settings a device is made with and under others.
import { describe, expect, test } from "vitest";
import { HEADERS, type HeaderName } from "./headers.ts";
import { type PinUse, pinUses, thermistorPlaces } from "./pin-uses.ts";
import { speak } from "./said.ts";
import { createSettings, type Settings } from "./settings.ts";

function made(change: (settings: Settings) => void = () => {}): Settings {
  const settings = createSettings();
  change(settings);
  return settings;
}
const pin = (uses: readonly PinUse[], header: HeaderName, name: string): PinUse =>
  uses.find((use) => use.header === header && use.name === name)!;

describe("what goes to the pins", () => {
  test("each pin of each header stands there once", () => {
    const count = Object.values(HEADERS).reduce((sum, { pins }) => sum + pins.length, 0);
    const uses = pinUses(made(), 16);
    expect(uses.length).toBe(count);
    expect(new Set(uses.map((use) => `${use.header}.${use.pin}`)).size).toBe(count);
    for (const use of uses) expect(speak(use.goesTo)).not.toBe("");
  });

  test.each([6, 12, 17, 18])("with %i cells the inputs above go to the top cell, and only they", (cells) => {
    const spare = pinUses(made(), cells).filter(({ role }) => role === "spare");
    expect(spare.map(({ name }) => Number(name.slice(1))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 18 - cells }, (_, i) => cells + 1 + i),
    );
    for (const use of spare) expect([use.tap, speak(use.goesTo)]).toEqual([cells, expect.stringContaining(`cell ${cells}`)]);
  });

  test("coils, contacts, inputs and outputs follow their assignment", () => {
    const uses = pinUses(
      made(({ mosfets, feedback, inputs, outputs }) => {
        mosfets.assignment1 = "main";
        mosfets.assignment2 = "none";
        feedback.assignment1 = "mainFeedback";
        feedback.inversion1 = true;
        inputs.assignment3 = "insulation";
        inputs.inversion3 = true;
        outputs.assignment4 = "lowSoc";
      }),
      16,
    );
    expect(speak(pin(uses, "X1", "OUT1").goesTo)).toBe("minus of the coil of the main contactor");
    expect(pin(uses, "X1", "OUT2").role).toBe("free");
    expect(speak(pin(uses, "X1", "FB1").goesTo)).toBe("auxiliary contact of the main contactor, normally closed");
    expect(speak(pin(uses, "X3", "DIN3").goesTo)).toBe("contact of “Insulation status”; an open contact means on");
    expect(pin(uses, "X3", "DIN1").role).toBe("free");
    expect(speak(pin(uses, "X3", "DOUT4").goesTo)).toBe("“Low SOC”; driven while on");
  });

  test("a ground beside an unused pin is not used either", () => {
    const uses = pinUses(made(), 16); // no input is assigned
    const grounds = uses.filter(({ header, name }) => header === "X3" && name === "GND");
    expect(grounds.map(({ role }) => role)).toEqual([...Array(4).fill("free"), ...Array(4).fill("used")]);
  });

  test("thermistors on cells are spread over the cells, others say what they measure", () => {
    const settings = made(({ thermistors }) => {
      thermistors.use1 = "ambient";
      thermistors.use4 = "contactor";
    });
    expect([...thermistorPlaces(settings, 8)]).toEqual([[2, 2], [3, 6]]);
    const uses = pinUses(settings, 8);
    expect(speak(pin(uses, "X6", "TEMP1").goesTo)).toBe("thermistor 1, in the surroundings");
    expect(speak(pin(uses, "X6", "TEMPG3").goesTo)).toBe("thermistor 3, on a cell, suggested: cell 6");
    expect(pin(uses, "X6", "TEMP5").role).toBe("free");
  });

  test("with a shunt on the bus nothing need be wired to X7", () => {
    const uses = pinUses(made(({ shunt }) => Object.assign(shunt, { enable: true })), 16);
    expect(uses.filter(({ header }) => header === "X7").every(({ role }) => role === "free")).toBe(true);
  });
});
