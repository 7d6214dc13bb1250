// What a pin shows now: the voltage of the cell below an input, a temperature, whether a coil is on or a contact closed.

import type { PinUse } from "../../model/pin-uses.ts";
import type { Monitor } from "../state/monitor.ts";
import { SIGNALS } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";
import { quantity } from "./format.ts";

/** `isOn`: it is driven, closed or pressed. */
export type PinReading = { readonly text: string; readonly isOn: boolean };

const T = texts.wiring;
const NOTHING: PinReading = { text: "", isOn: false };

/** Empty where the board does not measure the pin, or nothing is wired to it. */
export function pinReading(monitor: Monitor, use: PinUse): PinReading {
  if (use.role === "none" || use.role === "free" || monitor.frame() === undefined) return NOTHING;
  if (use.header === "X8") return cellReading(monitor, use);
  const fixed = FIXED[`${use.header}.${use.name}`];
  if (fixed !== undefined) return fixed(monitor);
  const [, kind = "", number = ""] = /^([A-Z]+)(\d)$/.exec(use.name) ?? [];
  return NUMBERED[kind]?.(monitor, Number(number) - 1) ?? NOTHING;
}

function cellReading(monitor: Monitor, { role, tap = 0 }: PinUse): PinReading {
  if (role !== "cell") return NOTHING;
  return { text: quantity(monitor.value("cells_V", tap - 1), "V", 3), isOn: false };
}

const flag = (monitor: Monitor, name: string, element: number, on: string, off: string): PinReading => {
  const isOn = monitor.raw(name, element) === 1;
  return { text: isOn ? on : off, isOn };
};
const volts = (monitor: Monitor, name: string): PinReading => ({
  text: quantity(monitor.value(name), "V", 2),
  isOn: false,
});
const code = (monitor: Monitor, name: string, element = 0): PinReading => ({
  text: SIGNALS[name]!.codes![monitor.raw(name, element)] ?? "",
  isOn: false,
});

type Reader = (monitor: Monitor, element: number) => PinReading;

const NUMBERED: Readonly<Record<string, Reader>> = {
  OUT: (monitor, i) => flag(monitor, "outputs", i, T.on, T.off),
  FB: (monitor, i) => flag(monitor, "feedback", i, T.closed, T.open),
  DIN: (monitor, i) => flag(monitor, "inputs", i, T.closed, T.open),
  DOUT: (monitor, i) => flag(monitor, "discreteOutputs", i, T.driven, T.notDriven),
  TEMP: (monitor, i) => {
    if (monitor.raw("thermistorState", i) !== 0) return code(monitor, "thermistorState", i);
    return { text: quantity(monitor.value("temperatures_degC", i), "degC", 1), isOn: false };
  },
};

const FIXED: Readonly<Record<string, (monitor: Monitor) => PinReading>> = {
  "X7.+5V": (monitor) => volts(monitor, "hallSupply_V"),
  "X7.Vcs": (monitor) => volts(monitor, "hall_V"),
  "X7.Vref": (monitor) => volts(monitor, "hallReference_V"),
  "X9.VBAT+": (monitor) => volts(monitor, "supply_V"),
  "X5.BTN": (monitor) => flag(monitor, "button", 0, T.pressed, T.released),
  "X4.CAN_H": (monitor) => code(monitor, "canBusState"),
  "X4.RS485_A": (monitor) => code(monitor, "rs485State"),
};
