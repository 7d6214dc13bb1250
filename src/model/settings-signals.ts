// Settings of the menu "Signals": what is wired to the board, and how to read it (vendor's configuration pages 3.2).

import { CURRENT_SENSOR_NAMES } from "./current-sensors.ts";
import { type INPUT_SIGNALS, INPUT_SIGNAL_NAMES } from "./input-signals.ts";
import { OUTPUT_CHOICES } from "./internal-signals.ts";
import type { ChoiceRow, FlagRow, SettingGroup } from "./rows.ts";
import { THERMISTOR_NAMES } from "./thermistors.ts";

const INPUT_CHOICES = ["none", ...INPUT_SIGNAL_NAMES] as const;
type FeedbackName = { [N in keyof typeof INPUT_SIGNALS]: (typeof INPUT_SIGNALS)[N]["by"] extends "feedback" ? N : never }[keyof typeof INPUT_SIGNALS];
const FEEDBACK_CHOICES = ["none", "chargeFeedback", "dischargeFeedback", "prechargeFeedback", "commonFeedback", "mainFeedback"] as const satisfies readonly (FeedbackName | "none")[];

const assignInput = (help: string) => ({ kind: "choice", choices: INPUT_CHOICES, default: "none", help, source: "S" }) as const satisfies ChoiceRow;
const assignOutput = <const D extends (typeof OUTPUT_CHOICES)[number]>(preset: D, help: string) => ({ kind: "choice", choices: OUTPUT_CHOICES, default: preset, help, source: "S" }) as const satisfies ChoiceRow;
const assignFeedback = <const D extends (typeof FEEDBACK_CHOICES)[number]>(preset: D, help: string) => ({ kind: "choice", choices: FEEDBACK_CHOICES, default: preset, help, source: "S" }) as const satisfies ChoiceRow;
const invert = (help: string) => ({ kind: "flag", default: false, help, source: "S" }) as const satisfies FlagRow;
const THERMISTOR_USES = ["none", "cells", "contactor", "ambient"] as const;
const useThermistor = <const D extends (typeof THERMISTOR_USES)[number]>(preset: D, help: string) => ({ kind: "choice", choices: THERMISTOR_USES, default: preset, help, source: "O" }) as const satisfies ChoiceRow;

export const SIGNAL_SETTINGS = {
  inputs: { title: "Input discrete signals", menu: "Signals → Input discrete signals", rows: {
    assignment1: assignInput("Signal on DIN1. Nothing is assigned until someone has wired it."),
    assignment2: assignInput("Signal on DIN2."),
    assignment3: assignInput("Signal on DIN3."),
    assignment4: assignInput("Signal on DIN4."),
    inversion1: invert("Take an open DIN1 as on (a normally closed contact)."),
    inversion2: invert("Take an open DIN2 as on."),
    inversion3: invert("Take an open DIN3 as on."),
    inversion4: invert("Take an open DIN4 as on."),
  } },
  outputs: { title: "Output discrete signals", menu: "Signals → Output discrete signals", rows: {
    assignment1: assignOutput("allowCharging", "Signal on DOUT1; by default the command to a charger without a bus."),
    assignment2: assignOutput("anyError", "Signal on DOUT2; by default an alarm lamp."),
    assignment3: assignOutput("heater", "Signal on DOUT3; by default a relay for the heater."),
    assignment4: assignOutput("cooler", "Signal on DOUT4; by default a relay for the cooler."),
    inversion1: invert("Drive DOUT1 while the signal is off."),
    inversion2: invert("Drive DOUT2 while the signal is off."),
    inversion3: invert("Drive DOUT3 while the signal is off."),
    inversion4: invert("Drive DOUT4 while the signal is off."),
  } },
  mosfets: { title: "MOSFETs", menu: "Signals → MOSFETs", whileOpen: true, rows: {
    assignment1: assignOutput("charging", "What OUT1 switches (low side, 5 A)."),
    assignment2: assignOutput("precharging", "What OUT2 switches."),
    assignment3: assignOutput("discharging", "What OUT3 switches."),
    assignment4: assignOutput("main", "What OUT4 switches; a main contactor opens both circuits when another contactor has welded."),
    inversion1: invert("Switch OUT1 on while the signal is off. Not accepted for contactors: a dead board must open them."),
    inversion2: invert("Switch OUT2 on while the signal is off."),
    inversion3: invert("Switch OUT3 on while the signal is off."),
    inversion4: invert("Switch OUT4 on while the signal is off."),
  } },
  feedback: { title: "Contactors feedback", menu: "Signals → MOSFETs → Contactors feedback", whileOpen: true, rows: {
    assignment1: assignFeedback("chargeFeedback", "Auxiliary contact on FB1. With \"none\" a welded contactor is found only by its current."),
    assignment2: assignFeedback("prechargeFeedback", "Auxiliary contact on FB2."),
    assignment3: assignFeedback("dischargeFeedback", "Auxiliary contact on FB3."),
    assignment4: assignFeedback("mainFeedback", "Auxiliary contact on FB4."),
    inversion1: invert("FB1 is a normally closed auxiliary contact."),
    inversion2: invert("FB2 is a normally closed auxiliary contact."),
    inversion3: invert("FB3 is a normally closed auxiliary contact."),
    inversion4: invert("FB4 is a normally closed auxiliary contact."),
    delay_ms: { kind: "integer", unit: "ms", min: 20, max: 5000, default: 200, source: "F", help: "How long command and feedback may differ. Contactors of this class move within 20 to 100 ms; twice that leaves room for bounce." },
  } },
  wires: { title: "Wire resistance compensation", menu: "Signals → Wire resistance compensation", rows: {
    first_Ohm: { kind: "number", unit: "Ohm", min: 0, max: 10, default: 0, source: "S", help: "Wire to the minus of the first cell. Only when the board is fed through X8 and not through X9: its own current then drops over this wire." },
    last_Ohm: { kind: "number", unit: "Ohm", min: 0, max: 10, default: 0, source: "S", help: "Wire to the plus of the last cell." },
    boardCurrent_A: { kind: "number", unit: "A", min: 0, max: 0.5, default: 0.03, source: "S", help: "Current of the board itself. 30 mA at 48 V by the connection manual, section 1.2." },
  } },
  cellWiring: { title: "Cell wiring checks", menu: "Signals → Cell wiring", rows: {
    openWirePeriod_s: { kind: "number", unit: "s", min: 1, max: 3600, default: 5, source: "O", help: "How often the front end tests its wires with pull currents. A wire that opens is found within this time and one conversion." },
    openWireThreshold_V: { kind: "number", unit: "V", min: 0.1, max: 2, default: 0.4, source: "O", help: "A pull-up reading this far under the pull-down reading means an open wire: 400 mV by the LTC6813 data sheet's rule." },
    missing_V: { kind: "number", unit: "V", min: 0.05, max: 1.4, default: 0.5, source: "O", help: "An input under this voltage carries no cell. Under any living cell, above noise." },
    staleAfter_ms: { kind: "integer", unit: "ms", min: 150, max: 5000, default: 500, source: "O", help: "Cell values older than this are not believed: five missed conversions. The error Cell monitor offline follows its own delay." },
    jump_V: { kind: "number", unit: "V", min: 0.05, max: 5, default: 0.5, source: "O", help: "Two neighbours whose voltages leave their sum in place while one rises and one falls by more than this are taken for a bad wire or a swap, not for cells." },
  } },
  currentSensor: { title: "Current sensor", menu: "Signals → Current sensor", whileOpen: true, rows: {
    type: { kind: "choice", choices: ["custom", ...CURRENT_SENSOR_NAMES], default: "HASS 200-S", source: "O", help: "Sensor on X7. A known type fills nominal current and sensitivity; custom takes the two below." },
    family: { kind: "choice", choices: ["HASS", "HTFS", "DHAB"], default: "HASS", source: "O", help: "How a custom sensor speaks: HASS about its own 2.5 V reference, HTFS about half its supply, DHAB fully ratiometric." },
    nominal_A: { kind: "number", unit: "A", min: 5, max: 1200, default: 200, source: "S", vendor: "Nominal current", help: "Nominal current of the sensor." },
    sensitivity_V: { kind: "number", unit: "V", min: 0.05, max: 2.5, default: 0.625, source: "S", vendor: "Sensitivity", help: "Change of the output at nominal current. 0.625 V for the HASS family." },
    range_A: { kind: "number", unit: "A", min: 5, max: 1500, default: 600, source: "O", help: "Largest current the sensor can tell; beyond it the value is not believed." },
    coarseRange_A: { kind: "number", unit: "A", min: 0, max: 1500, default: 0, source: "O", help: "Range of the second channel of a DHAB, wired to Vref. 0: there is none." },
    invert: { kind: "flag", default: false, source: "S", help: "The arrow on the sensor points the other way: charging must read positive." },
    calibrate: { kind: "flag", default: true, source: "S", vendor: "Calibrate", help: "Take the output as zero current at each start, while all contactors are still open." },
    calibrationTime_ms: { kind: "integer", unit: "ms", min: 50, max: 10000, default: 300, source: "S", vendor: "Calibration time", help: "How long the zero is averaged. 30 ticks bring the noise down fivefold and delay the start little." },
    zeroLimit_V: { kind: "number", unit: "V", min: 0.005, max: 0.2, default: 0.06, source: "O", help: "A zero further off than this is a broken sensor, not an offset. HASS allows 25 mV, with drift over temperature 60 mV." },
    frozenAfter_s: { kind: "number", unit: "s", min: 1, max: 3600, default: 30, source: "O", help: "An output that does not move by one ADC step for this long, while cell voltages do, is frozen." },
    zeroThreshold_A: { kind: "number", unit: "A", min: 0, max: 20, default: 0.3, source: "S", vendor: "Zero threshold T0", help: "Below this the current counts as none when rest is judged. It is never cut from the charge count." },
  } },
  shunt: { title: "Shunt", menu: "Signals → Shunt", whileOpen: true, rows: {
    enable: { kind: "flag", default: false, source: "S", help: "Current comes from a shunt on the CAN bus instead of the Hall sensor." },
    invert: { kind: "flag", default: false, source: "S", help: "Change the sign of the shunt." },
    receiveTimeout_ms: { kind: "integer", unit: "ms", min: 50, max: 10000, default: 500, source: "S", vendor: "Receive timeout", help: "Silence longer than this makes the current invalid and sets Shunt offline." },
    meanThreshold_A: { kind: "number", unit: "A", min: 0, max: 1200, default: 10, source: "S", vendor: "Mean value threshold TM", help: "Up to this current the averaged value is used, above it the instantaneous one." },
    zeroThreshold_A: { kind: "number", unit: "A", min: 0, max: 20, default: 0.05, source: "S", vendor: "Zero threshold T0", help: "Below this the shunt is read as zero." },
    canId: { kind: "integer", unit: "count", min: 0, max: 0x1fff_ffff, default: 0x521, source: "O", help: "Identifier of the frame that carries the current. This and the rows below are preset to what an IVT-S shunt of Isabellenhütte sends as delivered." },
    extended: { kind: "flag", default: false, source: "O", help: "That identifier has 29 bits." },
    firstByte: { kind: "integer", unit: "count", min: 0, max: 7, default: 2, source: "O", help: "First byte of the current." },
    bytes: { kind: "choice", choices: ["2", "3", "4"], default: "4", source: "O", help: "Bytes of the current, a number with a sign." },
    byteOrder: { kind: "choice", choices: ["big", "little"], default: "big", source: "O", help: "Order of these bytes." },
    step_A: { kind: "number", unit: "A", min: 0.000001, max: 10, default: 0.001, source: "O", help: "Current of one bit." },
    selectorByte: { kind: "integer", unit: "count", min: -1, max: 7, default: 0, source: "O", help: "Byte that says what a frame carries. -1: none." },
    selector: { kind: "integer", unit: "count", min: 0, max: 255, default: 0, source: "O", help: "Its value in a frame with the current." },
    statusByte: { kind: "integer", unit: "count", min: -1, max: 7, default: 1, source: "O", help: "Byte that tells of errors. -1: none." },
    statusMask: { kind: "integer", unit: "count", min: 0, max: 255, default: 0xa0, source: "O", help: "Bits of it that must be 0: a frame with one of them set is not believed." },
  } },
  thermistors: { title: "Temperature sensors", menu: "Signals → Temperature sensors", rows: {
    type: { kind: "choice", choices: THERMISTOR_NAMES, default: "Generic 3950", source: "O", help: "Type of the 100 kOhm thermistors on X6." },
    use1: useThermistor("cells", "What thermistor 1 measures."),
    use2: useThermistor("cells", "What thermistor 2 measures."),
    use3: useThermistor("cells", "What thermistor 3 measures."),
    use4: useThermistor("cells", "What thermistor 4 measures."),
    use5: useThermistor("none", "What thermistor 5 measures."),
    use6: useThermistor("none", "What thermistor 6 measures."),
    timeConstant_s: { kind: "number", unit: "s", min: 0, max: 60, default: 1, source: "O", help: "Smoothing of the temperatures. A thermistor itself takes ten seconds." },
    openAbove_Ohm: { kind: "number", unit: "Ohm", min: 1e6, max: 1e8, default: 8e6, source: "O", help: "More resistance than at -40 degC with margin: the sensor or its wire is open." },
    shortBelow_Ohm: { kind: "number", unit: "Ohm", min: 10, max: 5000, default: 1000, source: "O", help: "Less resistance than at 150 degC: the sensor is shorted." },
  } },
} as const satisfies Record<string, SettingGroup>;
