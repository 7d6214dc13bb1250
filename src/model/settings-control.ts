// Settings of the menu "Control", second half: how charging, discharging, contactors, balancing and heat are controlled
// (vendor's pages 3.3). Defaults are those of 16 LFP cells of 100 Ah; "preset" rows follow chemistry and capacity.

import { CHEMISTRIES } from "./chemistries.ts";
import type { ChoiceRow, Curve, CurveRow, FlagRow, NumberRow, SettingGroup } from "./rows.ts";

const delay_ms = <const D extends number>(preset: D, help: string) => ({ kind: "integer", unit: "ms", min: 0, max: 600_000, default: preset, source: "S", help }) as const satisfies NumberRow;
const breakCurrent_A = <const D extends number>(preset: D, help: string) => ({ kind: "number", unit: "A", min: 1, max: 3000, default: preset, source: "O", help }) as const satisfies NumberRow;
const breakWait_ms = <const D extends number>(preset: D) => ({ kind: "integer", unit: "ms", min: 0, max: 5000, default: preset, source: "O", help: "Longest wait for a breakable current after a trip that is not critical; then the contactor opens all the same. A fuse has its time, the cells are not kept waiting." }) as const satisfies NumberRow;
const flag = <const D extends boolean>(preset: D, help: string) => ({ kind: "flag", default: preset, source: "S", help }) as const satisfies FlagRow;
const current_A = <const D extends number>(preset: D, help: string) => ({ kind: "number", unit: "A", min: 0, max: 10_000, default: preset, source: "S", help }) as const satisfies NumberRow;
const cell_V = <const D extends number>(preset: D, help: string) => ({ kind: "number", unit: "V", min: 0.5, max: 5, default: preset, source: "S", help }) as const satisfies NumberRow;
const factorOver = (xUnit: CurveRow["xUnit"], preset: Curve, help: string) =>
  ({ kind: "curve", xUnit, unit: "ratio", min: 0, max: 1, default: preset, source: "S", help }) as const satisfies CurveRow;
const algorithm = <const C extends readonly string[]>(choices: C, preset: C[number], help: string) =>
  ({ kind: "choice", choices, default: preset, source: "S", vendor: "Algorithm", help }) as const satisfies ChoiceRow;

export const CONTROL_SETTINGS = {
  chargeMap: { title: "Charge map", menu: "Control → Charge map", rows: {
    enable: flag(true, "Compute the charge current limit."),
    maximum_A: current_A(50, "Charge current a healthy battery may take in the best case. Preset: continuous rate times capacity."),
    rate_A_per_s: { kind: "number", unit: "A/s", min: 0, max: 10_000, default: 20, source: "S", vendor: "Rate of change", help: "How fast the limit rises. It falls at once. 0 lets it rise at once too." },
    bySoc: flag(true, "Limit by state of charge and temperature."),
    socFactor: { kind: "grid", xUnit: "ratio", yUnit: "degC", unit: "ratio", min: 0, max: 1, source: "S", vendor: "SOC × Temperature × Factor", default: CHEMISTRIES.LFP.chargeFactor, help: "Factor over state of charge and temperature. Preset: falls to zero at the ends of the charge temperature range." },
    regionThreshold_A: { kind: "number", unit: "A", min: 0, max: 10_000, default: 10_000, source: "S", vendor: "Threshold region 1→2", help: "Up to this limit the error charge current limit compares amperes (its own limit), above it the part of the limit below. At the maximum: amperes everywhere." },
    regionRelative: { kind: "number", unit: "ratio", min: 0.01, max: 2, default: 0.1, source: "S", vendor: "Region 2 difference", help: "Part of the limit by which the current may exceed it in region 2." },
    byContactor: flag(false, "Limit by contactor temperature; needs a thermistor on the contactor."),
    contactorFactor: factorOver("degC", { x: [60, 85], y: [1, 0] }, "Factor over contactor temperature."),
    byVoltage: flag(true, "Limit by the highest cell voltage."),
    voltageFactor: factorOver("V", CHEMISTRIES.LFP.chargeVoltageFactor, "Factor over the highest cell voltage. Preset: ends below the overvoltage limit."),
  } },
  dischargeMap: { title: "Discharge map", menu: "Control → Discharge map", rows: {
    enable: flag(true, "Compute the discharge current limit."),
    maximum_A: current_A(100, "Discharge current a healthy battery may give in the best case. Preset."),
    rate_A_per_s: { kind: "number", unit: "A/s", min: 0, max: 10_000, default: 50, source: "S", vendor: "Rate of change", help: "How fast the limit rises. It falls at once." },
    bySoc: flag(true, "Limit by state of charge and temperature."),
    socFactor: { kind: "grid", xUnit: "ratio", yUnit: "degC", unit: "ratio", min: 0, max: 1, source: "S", default: CHEMISTRIES.LFP.dischargeFactor, help: "Factor over state of charge and temperature. Preset." },
    regionThreshold_A: { kind: "number", unit: "A", min: 0, max: 10_000, default: 10_000, source: "S", vendor: "Threshold region 1→2", help: "Up to this limit the error discharge current limit compares amperes (its own limit), above it the part of the limit below. At the maximum: amperes everywhere." },
    regionRelative: { kind: "number", unit: "ratio", min: 0.01, max: 2, default: 0.1, source: "S", vendor: "Region 2 difference", help: "Part of the limit by which the current may exceed it in region 2." },
    byContactor: flag(false, "Limit by contactor temperature."),
    contactorFactor: factorOver("degC", { x: [60, 85], y: [1, 0] }, "Factor over contactor temperature."),
    byVoltage: flag(true, "Limit by the lowest cell voltage."),
    voltageFactor: factorOver("V", CHEMISTRIES.LFP.dischargeVoltageFactor, "Factor over the lowest cell voltage. Preset."),
  } },
  chargingStatus: { title: "Charging status", menu: "Control → Charging status", rows: {
    present_A: current_A(1, "Current above this is charging. Preset: C/100."),
    absent_A: current_A(0.5, "Current below this is charging no more. Preset: C/200."),
    clearReady_V: cell_V(3.55, "A cell whose voltage, corrected for resistance, is above this clears Ready to charge. Preset."),
    setReady_V: cell_V(3.4, "All cells below this set Ready to charge again. Preset."),
    rechargeDelay_min: { kind: "number", unit: "min", min: 0, max: 10_000, default: 0, source: "S", vendor: "Delay before recharging", help: "Allow charging again this long after it dropped, whatever the voltage. 0: never by time." },
    errorsClearReady: flag(true, "An error that opens the charging contactor also clears Ready to charge."),
    ignoreDischarge: flag(true, "While discharging, judge Ready to charge by the plain voltage: the correction would raise it."),
  } },
  dischargingStatus: { title: "Discharging status", menu: "Control → Discharging status", rows: {
    present_A: current_A(1, "Discharge current above this is discharging. Preset: C/100."),
    absent_A: current_A(0.5, "Discharge current below this is discharging no more. Preset: C/200."),
    clearReady_V: cell_V(2.9, "A cell whose voltage, corrected for resistance, is below this clears Ready to discharge. Preset."),
    setReady_V: cell_V(3.1, "All cells above this set Ready to discharge again. Preset."),
    errorsClearReady: flag(true, "An error that opens the discharging contactor also clears Ready to discharge."),
  } },
  precharge: { title: "Precharge", menu: "Control → Precharge", whileOpen: true, rows: {
    enable: flag(true, "Charge the link capacitor through the resistor before the contactor closes."),
    mode: { kind: "choice", choices: ["simple", "enhanced"], default: "enhanced", source: "F", help: "simple waits for the time; enhanced closes when the current has fallen and treats a longer wait as an error." },
    time_ms: { kind: "integer", unit: "ms", min: 50, max: 60_000, default: 2000, source: "F", vendor: "Precharge time", help: "simple: how long precharging lasts. enhanced: how long it may last at most." },
    overlap_ms: { kind: "integer", unit: "ms", min: 0, max: 10_000, default: 100, source: "O", help: "How long the precharging contactor stays closed after the contactor closed. Longer than a contactor takes to close." },
    threshold_A: current_A(0.3, "Precharging is finished when the current has fallen to this. The board has no voltage measurement behind the contactors. Preset: 6 % of the first current (the link is then charged to 94 %), not under what the sensor can tell."),
    measureDelay_ms: { kind: "integer", unit: "ms", min: 0, max: 10_000, default: 100, source: "F", vendor: "Delay before current measurement", help: "Time for the relay to close before its current is judged." },
    untilFinished: { kind: "flag", default: false, source: "F", help: "Keep precharging however long it takes; only the energy guard ends it." },
    finishOnNegative: { kind: "flag", default: false, source: "F", help: "Finish when the current is a discharge (precharging towards a charger)." },
    resistor_Ohm: { kind: "number", unit: "Ohm", min: 1, max: 10_000, default: 10, source: "O", help: "Resistance of the precharge resistor. Low enough that its current can be told from the sensor's offset." },
    capacitance_F: { kind: "number", unit: "F", min: 0, max: 1, default: 0.005, source: "O", help: "Capacitance behind the contactor, for the cross-check of time against resistor. With it known, enhanced precharging must see the current pulse of the empty link before it closes; without a pulse the resistor or its contactor is open. 0: not known, no pulse is asked for (a bench without a load)." },
    energyLimit_J: { kind: "number", unit: "J", min: 1, max: 100_000, default: 200, source: "F", vendor: "Power limit of the precharge resistor", help: "Heat the resistor may hold. Several tries in a row add up; it cools with the time below." },
    cooling_s: { kind: "number", unit: "s", min: 1, max: 3600, default: 60, source: "O", help: "Time constant of the resistor's cooling." },
    tries: { kind: "integer", unit: "count", min: 1, max: 10, default: 3, source: "O", help: "Failed tries in a row until Precharge error is latched by its lock." },
    retryDelay_s: { kind: "number", unit: "s", min: 1, max: 3600, default: 10, source: "O", help: "Pause before another try." },
  } },
  main: { title: "Main contactor", menu: "Control → Main contactor", rows: {
    enable: { ...flag(true, "There is a main contactor, in the minus line."), whileOpen: true },
    mode: algorithm(["alwaysOn", "automatic", "onDemand"], "automatic", "alwaysOn: closed while nothing forbids it. automatic: closes before the other contactors and opens after them. onDemand: by the signal Close Main contactor."),
    openDelay_s: { kind: "number", unit: "s", min: 0, max: 600, default: 2, source: "F", vendor: "Delay before opening", help: "How long current may flow, or a limit be broken, with the other contactors commanded open until the main contactor opens." },
    keepOpen: { kind: "flag", default: false, source: "F", vendor: "Keep open until reset", help: "Once opened for a fault it stays open until released." },
  } },
  charge: { title: "Charge", menu: "Control → Charge", rows: {
    enable: { ...flag(true, "There is a charging contactor."), whileOpen: true },
    algorithm: algorithm(["alwaysOn", "onChargerConnected", "onChargeRequest"], "alwaysOn", "When charging is wanted."),
    onlyWhenReady: flag(false, "Open the charging contactor too while Ready to charge is clear, not only Allow charging."),
    startDelay_ms: delay_ms(1000, "Ton: wanted for this long before the contactor closes."),
    stopDelay_ms: delay_ms(500, "Toff: between the wish to stop and the opening. Allow charging drops at once, so that the charger can stop first."),
    precharge: flag(false, "Precharge before the charging contactor closes."),
    customDelays: flag(true, "Use each error's own delay before opening instead of Toff, so that a short circuit or an overcurrent opens at once."),
    withoutDelay: flag(false, "Open at once on any error."),
    breakCurrent_A: breakCurrent_A(250, "Current the contactor can break. A non-critical opening waits for less, at most for the time below."),
    breakWait_ms: breakWait_ms(300),
  } },
  discharge: { title: "Discharge", menu: "Control → Discharge", rows: {
    enable: { ...flag(true, "There is a discharging contactor."), whileOpen: true },
    algorithm: algorithm(["alwaysOn", "onChargerDisconnected", "onDischargeRequest"], "alwaysOn", "When discharging is wanted."),
    onlyWhenReady: flag(false, "Open the discharging contactor while Ready to discharge is clear."),
    startDelay_ms: delay_ms(500, "Ton: wanted for this long before the sequence starts."),
    stopDelay_ms: delay_ms(500, "Toff: between the wish to stop and the opening."),
    precharge: flag(true, "Precharge before the discharging contactor closes."),
    customDelays: flag(true, "Use each error's own delay before opening instead of Toff, so that a short circuit or an overcurrent opens at once."),
    withoutDelay: flag(false, "Open at once on any error."),
    breakCurrent_A: breakCurrent_A(250, "Current the contactor can break."),
    breakWait_ms: breakWait_ms(300),
  } },
  common: { title: "Charge/discharge contactor", menu: "Control → Charge/discharge contactor", whileOpen: true, rows: {
    enable: flag(false, "One contactor serves charging and discharging; then the two above are not used."),
    algorithm: algorithm(["combined", "independentAlways", "independentOnRequest"], "combined", "combined: acts as charging contactor while a charger is there or charging is requested, else as discharging contactor. Both kinds of error open it in the independent modes."),
    startDelay_ms: delay_ms(500, "Ton."),
    stopDelay_ms: delay_ms(500, "Toff."),
    precharge: flag(true, "Precharge before it closes."),
    breakCurrent_A: breakCurrent_A(250, "Current the contactor can break."),
    breakWait_ms: breakWait_ms(300),
  } },
  dischargingAux: { title: "Discharging (AUX)", menu: "Control → Discharging (AUX)", rows: {
    enable: flag(false, "An auxiliary load is switched."),
    bySoc: flag(true, "Off at a low state of charge."),
    minimumSoc: { kind: "number", unit: "ratio", min: 0, max: 1, default: 0.15, source: "F", help: "Off below." },
    tolerantSoc: { kind: "number", unit: "ratio", min: 0, max: 1, default: 0.25, source: "F", help: "On again above." },
    byCellVoltage: flag(true, "Off at a low cell voltage."),
    minimumCell_V: cell_V(2.9, "Off below. Preset."),
    tolerantCell_V: cell_V(3.1, "On again above. Preset."),
    byBatteryVoltage: flag(false, "Off outside the window of the battery voltage."),
    minimumBattery_V: { kind: "number", unit: "V", min: 10, max: 80, default: 44.8, source: "F", help: "Off below. Preset." },
    maximumBattery_V: { kind: "number", unit: "V", min: 10, max: 80, default: 60, source: "F", help: "Off above. Preset." },
  } },
  balancing: { title: "Cell balancing", menu: "Control → Cell balancing", rows: {
    enable: flag(true, "Balance the cells through their resistors, 220 mA at 4.2 V."),
    rule: { kind: "choice", choices: ["onCharge", "onChargeOrRelaxed", "always"], default: "onCharge", source: "S", help: "onCharge: while charging and afterwards until relaxed." },
    condition: { kind: "choice", choices: ["automatic", "onRequest"], default: "automatic", source: "S", vendor: "Balancing condition", help: "onRequest: only with the signal Balancing request, and then down to the stop deviation." },
    start_V: cell_V(3.4, "Least cell voltage to balance. Preset: above the plateau."),
    startDeviation_V: { kind: "number", unit: "V", min: 0.001, max: 1, default: 0.01, source: "S", help: "Start when a cell is this far above the lowest one." },
    stopDeviation_V: { kind: "number", unit: "V", min: 0.001, max: 1, default: 0.005, source: "S", help: "Stop under this deviation." },
    forced_V: cell_V(3.65, "A cell above this is discharged regardless of the rule. Preset."),
    heatSinkLimit_degC: { kind: "number", unit: "degC", min: 40, max: 110, default: 80, source: "O", help: "No balancing at or above this heat sink temperature; resumes 10 degC below. The board itself is specified to 85 degC." },
    resistor_Ohm: { kind: "number", unit: "Ohm", min: 5, max: 200, default: 19.1, source: "S", help: "Balancing resistor: 4.2 V over 220 mA. For the energy burnt and the charge bled per cell." },
  } },
  heater: { title: "Heater", menu: "Control → Heater", rows: {
    enable: flag(false, "A heater is fitted."),
    minimum_degC: { kind: "number", unit: "degC", min: -40, max: 60, default: 3, source: "S", help: "On when the coldest cell is below." },
    tolerant_degC: { kind: "number", unit: "degC", min: -40, max: 60, default: 8, source: "S", help: "Off when the coldest cell is above." },
    startDelay_ms: delay_ms(5000, "Delay before starting."),
    stopDelay_ms: delay_ms(5000, "Delay before stopping."),
    offOnErrors: flag(true, "Off on undervoltage, overcurrent, high temperature, short circuit and critical errors."),
  } },
  cooler: { title: "Cooler", menu: "Control → Cooler", rows: {
    enable: flag(false, "A cooler is fitted."),
    maximum_degC: { kind: "number", unit: "degC", min: -40, max: 90, default: 43, source: "O", help: "On when the hottest cell is above." },
    tolerant_degC: { kind: "number", unit: "degC", min: -40, max: 90, default: 38, source: "O", help: "Off when the hottest cell is below." },
    startDelay_ms: delay_ms(5000, "Delay before starting."),
    stopDelay_ms: delay_ms(5000, "Delay before stopping."),
    offOnErrors: flag(true, "Off on undervoltage, short circuit and critical errors."),
  } },
  powerDown: { title: "Power down", menu: "Control → Power down", rows: {
    enable: flag(true, "The device may switch itself off."),
    minimum_V: { kind: "number", unit: "V", min: 0, max: 80, default: 40, source: "F", help: "Battery voltage under which, without a charger, it powers down after the time below. Preset." },
    lowVoltageTime_s: { kind: "number", unit: "s", min: 1, max: 86_400, default: 60, source: "F", help: "60 s by the vendor's text." },
    idleTime_h: { kind: "number", unit: "h", min: 0, max: 8760, default: 0, source: "F", vendor: "Idle time", help: "Power down after this long without current. 0: never." },
    buttonHold_ms: { kind: "integer", unit: "ms", min: 20, max: 10_000, default: 50, source: "O", help: "A press must last this long to count: contact bounce ends before." },
    buttonOff_ms: { kind: "integer", unit: "ms", min: 100, max: 30_000, default: 2000, source: "O", help: "Hold this long to switch off, so that a brush against the button does not." },
    startAtPower: flag(true, "Start when the supply comes, without a press of the button."),
    forceOpenAfter_s: { kind: "number", unit: "s", min: 1, max: 600, default: 10, source: "O", help: "A power down that waits for a breakable current opens after this long all the same." },
  } },
} as const satisfies Record<string, SettingGroup>;
