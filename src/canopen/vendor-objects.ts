// The vendor's objects at its indexes, bit for bit (its pages of signals and PDOs): 4000h and 4001h input signals, 4020h Errors 1, 5100h
// software control of inputs. What its TPDOs carry beside them stands at 4F00h, an index of ours, in exactly its scales, so that
// they are ordinary mappings: byte for byte the frames 1A0h and 2A0h of its device.

import type { Asking } from "../model/asking.ts";
import { INPUT_SIGNAL_NAMES, INPUT_SIGNALS } from "../model/input-signals.ts";
import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";
import { type Bit, ERRORS_1, ERRORS_2, INPUTS_1, INPUTS_2, INTERNAL_BITS, wordOf } from "../model/vendor-words.ts";
import type { Application } from "./application.ts";
import { type NumberType, numberBytes, numberOf } from "./data-types.ts";
import { knownBytes } from "./known.ts";
import type { DictionaryObject, WriteResult } from "./object.ts";
import { array, type Cell, record, variable } from "./object-shapes.ts";
import { askControlled } from "./orders.ts";

export const INPUTS_1_INDEX = 0x4000;
export const INPUTS_2_INDEX = 0x4001;
export const ERRORS_1_INDEX = 0x4020;
export const OVERRIDES_INDEX = 0x5100;
export const PACKED_INDEX = 0x4f00;
export const CELLS_INDEX = 0x4f01;
export const THERMISTORS_INDEX = 0x4f02;

const CELLS = 18;
const THERMISTORS = 6;

/** A word of flags of the image. */
function bits({ show }: Application, name: string, type: NumberType, flags: readonly Bit[], help: string): Cell {
  return {
    entry: { name, type, access: "ro", mapping: "transmit", unit: "none", help },
    read: () => numberBytes(type, wordOf(show().image, flags)),
  };
}

type Scaled = {
  readonly type: NumberType;
  /** Steps of the object in one unit of the signal. */
  readonly perUnit: number;
  /** One step, in words. */
  readonly unit: string;
  readonly help: string;
};

/** A signal in steps of the vendor's size; not known while it is not believed. */
function scaled({ show }: Application, name: string, signal: string, element: number, row: Scaled): Cell {
  const at = IMAGE_PLACES.get(signal)!.at + element;
  return {
    entry: {
      ...{ name, type: row.type, access: "ro", mapping: "transmit", unit: row.unit, help: row.help },
      mayBeUnknown: true,
    },
    read: () => {
      const { image } = show();
      return knownBytes(row.type, isBelieved(image, signal, element) ? image[at] * row.perUnit : Number.NaN);
    },
  };
}

/** Bits 5 and 6 of the first byte are reserved on this device since revision 4.1 of the vendor's page. */
const PDO_INPUTS = INPUTS_1.filter(({ bit }) => bit < 8 && bit !== 5 && bit !== 6);

const tenth = (unit: string, help: string, type: NumberType = "u16"): Scaled => ({
  ...{ type, perUnit: 10, unit: `0.1 ${unit}`, help },
});

/** Sub-indexes are frozen: new parts go to the end. */
function packed(application: Application): DictionaryObject {
  const word = (name: string, type: NumberType, flags: readonly Bit[], help: string): Cell =>
    bits(application, `vendor.${name}`, type, flags, help);
  const part = (name: string, signal: string, row: Scaled): Cell =>
    scaled(application, `vendor.${name}`, signal, 0, row);
  const whole_degC = (help: string): Scaled => ({ type: "i8", perUnit: 1, unit: "degC", help });
  const percent = (help: string): Scaled => ({ type: "u8", perUnit: 100, unit: "%", help });
  return record(PACKED_INDEX, "vendor.packed", [
    word("inputs8", "u8", PDO_INPUTS, "Input signals 0 to 7; bits 5 and 6 are reserved, 0."),
    part("current", "current_A", tenth("A", "Battery current; charging is positive.", "i16")),
    part("minTemperature", "minTemperature_degC", whole_degC("Lowest cell temperature.")),
    part("maxTemperature", "maxTemperature_degC", whole_degC("Highest cell temperature.")),
    part("soc", "soc", percent("Battery state of charge.")),
    part("voltage", "battery_V", tenth("V", "Battery voltage.")),
    word("internalSignals", "u32", INTERNAL_BITS, "Internal signals."),
    word("errors2", "u32", ERRORS_2, "Errors 2."),
    part("chargeLimit", "chargeLimit_A", tenth("A", "Charge current limit.")),
    part("dischargeLimit", "dischargeLimit_A", tenth("A", "Discharge current limit.")),
    part("maximumCharge", "maximumCharge_V", tenth("V", "Maximum charge voltage.")),
    part("minimumDischarge", "minimumDischarge_V", tenth("V", "Minimum discharge voltage.")),
    part("soh", "soh", percent("State of health.")),
  ]);
}

const cells = (application: Application): DictionaryObject =>
  array(
    CELLS_INDEX,
    "vendor.cells",
    Array.from({ length: CELLS }, (_, i) =>
      scaled(application, `vendor.cells[${i + 1}]`, "cells_V", i, {
        ...{ type: "u16", perUnit: 1000, unit: "mV", help: "Voltage of each cell." },
      }),
    ),
  );

const thermistors = (application: Application): DictionaryObject =>
  array(
    THERMISTORS_INDEX,
    "vendor.temperatures",
    Array.from({ length: THERMISTORS }, (_, i) =>
      scaled(application, `vendor.temperatures[${i + 1}]`, "temperatures_degC", i, {
        ...{ type: "i8", perUnit: 1, unit: "degC", help: "Temperature of each thermistor." },
      }),
    ),
  );

const OVERRIDDEN = IMAGE_PLACES.get("overrides")!.at;

/** Sub-index n + 1 drives input signal n. */
function overrides(application: Application): DictionaryObject {
  const names = INPUT_SIGNAL_NAMES;
  return array(
    OVERRIDES_INDEX,
    "vendor.override",
    names.map((name, n) => ({
      entry: {
        ...{ name: `vendor.override.${name}`, type: "u16", access: "rw", mapping: "both", preset: 2, unit: "none" },
        help: `Software control of ${INPUT_SIGNALS[name].title}: 0 off, 1 on, 2 to 65535 follow the physical input.`,
      },
      read: () => numberBytes("u16", application.show().image[OVERRIDDEN + n]),
      write: (data) => override(application, n, numberOf("u16", data)),
    })),
  );
}

/** What is so already is not asked for: masters like to repeat themselves. */
function override(application: Application, n: number, written: number): WriteResult {
  const value = Math.min(written, 2);
  const isSo = application.show().image[OVERRIDDEN + n] === value;
  const asks: Asking[] = isSo ? [] : [{ kind: "override", signal: INPUT_SIGNAL_NAMES[n], value }];
  return askControlled(application, asks);
}

export const vendorObjects = (application: Application): readonly DictionaryObject[] => [
  variable(
    INPUTS_1_INDEX,
    "vendor.inputs1",
    bits(application, "vendor.inputs1", "u16", INPUTS_1, "Input signals 0 to 15, by their numbers."),
  ),
  variable(
    INPUTS_2_INDEX,
    "vendor.inputs2",
    bits(application, "vendor.inputs2", "u16", INPUTS_2, "Input signals 16 to 21 in bits 0 to 5."),
  ),
  variable(
    ERRORS_1_INDEX,
    "vendor.errors1",
    bits(application, "vendor.errors1", "u32", ERRORS_1, "Errors 1, by their bits."),
  ),
  packed(application),
  cells(application),
  thermistors(application),
  overrides(application),
];
