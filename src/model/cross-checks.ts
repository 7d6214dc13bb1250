// What must hold between settings, one row each. Checked on the complete result of a set of changes; a row names the
// setting a person should look at, and says what is wrong with numbers.

import { CAN_CROSS_CHECKS } from "./can-cross-checks.ts";
import { CHEMISTRIES, isChemistryName } from "./chemistries.ts";
import type { Chemistry } from "./chemistry.ts";
import { FAULT_NAMES, FAULT_ROWS } from "./faults.ts";
import { sensorPreset } from "./presets.ts";
import type { Settings } from "./settings.ts";

export type CrossCheck = { readonly setting: string; readonly judge: (s: Settings) => string | undefined };

type Judge = CrossCheck["judge"];
const check = (setting: string, judge: Judge): CrossCheck => ({ setting, judge });
const must = (holds: boolean, reason: () => string): string | undefined => (holds ? undefined : reason());

/** Highest battery voltage of the board, absolute (connection manual, section 1.2). */
export const BOARD_MAXIMUM_V = 80;
/** Lowest battery voltage that feeds the board. */
const BOARD_MINIMUM_V = 14;
const round2 = (x: number): number => Math.round(x * 100) / 100;
const square = (x: number): number => x * x;

const CELLS: readonly CrossCheck[] = [
  check("battery.cells", (s) => {
    const full_V = s.battery.cells * s.protections.overvoltage.limit_V;
    return must(full_V <= BOARD_MAXIMUM_V, () => `${s.battery.cells} cells at the overvoltage limit of ${s.protections.overvoltage.limit_V} V make ${full_V.toFixed(1)} V, more than the board's ${BOARD_MAXIMUM_V} V`);
  }),
  check("battery.cells", (s) => {
    const low_V = s.battery.cells * s.battery.dischargeVoltage_V;
    return must(low_V >= BOARD_MINIMUM_V, () => `${s.battery.cells} cells at ${s.battery.dischargeVoltage_V} V make ${low_V.toFixed(1)} V, too little for the board, which needs ${BOARD_MINIMUM_V} V`);
  }),
  check("cellAnalysis.cell", (s) => must(s.cellAnalysis.cell <= s.battery.cells, () => `there are only ${s.battery.cells} cells`)),
];

/** Voltages that must stand in this order, lowest first: each tier below the next. A tier is held against all below it,
 * so that whoever moves one learns at once of every other that has to follow. */
const VOLTAGE_TIERS: readonly (readonly [string, (s: Settings) => number])[] = [
  ["protections.undervoltage.limit_V", (s) => s.protections.undervoltage.limit_V],
  ["battery.dischargeVoltage_V", (s) => s.battery.dischargeVoltage_V],
  ["dischargingStatus.setReady_V", (s) => s.dischargingStatus.setReady_V],
  ["battery.chargeVoltage_V", (s) => s.battery.chargeVoltage_V],
  ["protections.voltageTooHigh.limit_V", (s) => s.protections.voltageTooHigh.limit_V],
  ["protections.overvoltage.limit_V", (s) => s.protections.overvoltage.limit_V],
];

const TIERS: readonly CrossCheck[] = VOLTAGE_TIERS.slice(1).map(([name, read], i) => {
  const below = VOLTAGE_TIERS.slice(0, i + 1);
  return check(name, (s) => {
    const [lowerName, lower] = below.reduceRight((highest, tier) => (tier[1](s) > highest[1](s) ? tier : highest)); // a neighbour first
    return must(lower(s) < read(s), () => `must be above ${lowerName} (${lower(s)} V), is ${read(s)} V`);
  });
});

/** Release beyond the limit, for every protection that has both. */
const RELEASES: readonly CrossCheck[] = FAULT_NAMES.flatMap((name) => {
  const row = FAULT_ROWS[name];
  if (row.limit === undefined || row.limit.min === row.limit.max || row.unit === "count") return [];
  const read = (s: Settings, kind: "limit" | "tolerant") => (s.protections[name] as unknown as Readonly<Record<string, number>>)[`${kind}_${row.unit}`]!;
  return [check(`protections.${name}.tolerant_${row.unit}`, (s) => {
    const [limit, tolerant] = [read(s, "limit"), read(s, "tolerant")];
    const holds = row.when === "above" ? tolerant < limit : tolerant > limit;
    return must(holds, () => `must be ${row.when === "above" ? "below" : "above"} the limit of ${limit} ${row.unit}, is ${tolerant}`);
  })];
});

const TEMPERATURES: readonly CrossCheck[] = [
  check("protections.lowTemperatureCharge.limit_degC", (s) => must(s.protections.lowTemperatureCharge.limit_degC >= s.protections.lowTemperatureDischarge.limit_degC,
    () => "charging may not go on in colder cells than discharging")),
  check("protections.highTemperatureCharge.limit_degC", (s) => must(s.protections.highTemperatureCharge.limit_degC <= s.protections.highTemperatureDischarge.limit_degC,
    () => "charging may not go on in hotter cells than discharging")),
  check("heater.tolerant_degC", (s) => must(s.heater.tolerant_degC > s.heater.minimum_degC, () => `must be above heater.minimum_degC (${s.heater.minimum_degC} degC)`)),
  check("cooler.tolerant_degC", (s) => must(s.cooler.tolerant_degC < s.cooler.maximum_degC, () => `must be below cooler.maximum_degC (${s.cooler.maximum_degC} degC)`)),
  ...(["heater", "cooler"] as const).map((role) => check(`${role}.enable`, (s) => must(!s[role].enable || [...mosfets(s), ...discreteOutputs(s)].includes(role), () => `needs an output assigned to "${role}" (outputs.assignment… or mosfets.assignment…)`))),
  check("heater.tolerant_degC", (s) => must(!s.heater.enable || !s.cooler.enable || s.heater.tolerant_degC < s.cooler.tolerant_degC, () => "heater and cooler would work against each other")),
  check("thermistors.use1", (s) => must(thermistorUses(s).includes("cells"), () => "at least one thermistor must measure the cells")),
  ...(["chargeMap", "dischargeMap"] as const).map((map) => check(`${map}.byContactor`, (s) =>
    must(!s[map].byContactor || thermistorUses(s).includes("contactor"), () => "needs a thermistor on the contactor (thermistors.use…)"))),
];

const thermistorUses = (s: Settings): readonly string[] =>
  [s.thermistors.use1, s.thermistors.use2, s.thermistors.use3, s.thermistors.use4, s.thermistors.use5, s.thermistors.use6];

const CURRENTS: readonly CrossCheck[] = [
  ...(["overcurrentCharge", "overcurrentDischarge", "shortCircuit"] as const).map((name) => check(`protections.${name}.limit_A`, (s) =>
    must(s.shunt.enable || s.protections[name].limit_A < s.currentSensor.range_A, () =>
      `is ${s.protections[name].limit_A} A, but the current sensor ends at ${s.currentSensor.range_A} A (currentSensor.range_A) and could not tell`))),
  check("currentSensor.nominal_A", (s) => must(s.shunt.enable || s.currentSensor.nominal_A <= 10 * s.battery.capacity_Ah + 100, () =>
    `a ${s.currentSensor.nominal_A} A sensor is too coarse for ${s.battery.capacity_Ah} Ah: its error alone would be over 10 % of the capacity an hour`)),
  check("currentSensor.range_A", (s) => must(s.currentSensor.range_A >= s.currentSensor.nominal_A, () => "must not be below the nominal current")),
  check("protections.overcurrentCharge.limit_A", (s) => must(s.protections.overcurrentCharge.limit_A >= s.chargeMap.maximum_A, () => `must not be below chargeMap.maximum_A (${s.chargeMap.maximum_A} A)`)),
  check("protections.overcurrentDischarge.limit_A", (s) => must(s.protections.overcurrentDischarge.limit_A >= s.dischargeMap.maximum_A, () => `must not be below dischargeMap.maximum_A (${s.dischargeMap.maximum_A} A)`)),
  check("protections.shortCircuit.limit_A", (s) => must(s.protections.shortCircuit.limit_A > s.protections.overcurrentDischarge.limit_A, () => `must be above the overcurrent limit of ${s.protections.overcurrentDischarge.limit_A} A`)),
  check("protections.shortCircuit.setDelay_ms", (s) => must(s.protections.shortCircuit.setDelay_ms <= s.protections.overcurrentDischarge.setDelay_ms, () => "a short circuit must trip no later than overcurrent")),
  ...(["chargingStatus", "dischargingStatus"] as const).map((group) => check(`${group}.present_A`, (s) =>
    must(s[group].present_A <= 0.1 * s.battery.capacity_Ah, () => `must be at most a tenth of the capacity (${round2(0.1 * s.battery.capacity_Ah)} A), is ${s[group].present_A} A`))),
  ...(["chargingStatus", "dischargingStatus"] as const).map((group) => check(`${group}.absent_A`, (s) =>
    must(s[group].absent_A < s[group].present_A, () => `must be below ${group}.present_A (${s[group].present_A} A)`))),
  check("chargingStatus.setReady_V", (s) => must(s.chargingStatus.setReady_V < s.chargingStatus.clearReady_V, () => `must be below chargingStatus.clearReady_V (${s.chargingStatus.clearReady_V} V)`)),
  check("dischargingStatus.setReady_V", (s) => must(s.dischargingStatus.setReady_V > s.dischargingStatus.clearReady_V, () => `must be above dischargingStatus.clearReady_V (${s.dischargingStatus.clearReady_V} V)`)),
  check("shunt.zeroThreshold_A", (s) => must(!s.shunt.enable || s.shunt.zeroThreshold_A < s.shunt.meanThreshold_A, () => "must be below shunt.meanThreshold_A")),
];

/** A listed sensor is read by its data sheet: other numbers beside it would only mislead the other checks. */
const SENSOR: readonly CrossCheck[] = (["nominal_A", "sensitivity_V", "range_A"] as const).map((row) =>
  check(`currentSensor.${row}`, (s) => {
    const sheet = sensorPreset(s.currentSensor.type)[`currentSensor.${row}`];
    return must(sheet === undefined || sheet === s.currentSensor[row], () => `is ${s.currentSensor[row]}, but the data sheet of ${s.currentSensor.type} says ${String(sheet)}; choose currentSensor.type custom for another sensor`);
  }));

/** How far the output of a sensor can swing from its zero at 2.5 V, with clamps at 0.25 and 4.75 V. */
const SWING_V = 2.25;
const SWING: CrossCheck = check("currentSensor.range_A", (s) => {
  const { type, nominal_A, sensitivity_V, coarseRange_A, range_A } = s.currentSensor;
  const shows_A = Math.max((nominal_A * SWING_V) / sensitivity_V, coarseRange_A);
  return must(s.shunt.enable || type !== "custom" || range_A <= shows_A, () => `is ${range_A} A, but the output of this sensor ends at ${round2(shows_A)} A`);
});

/** A chemistry bounds what its protections may be set to; "custom" leaves them free. */
const CHEMISTRY: readonly CrossCheck[] = [
  check("protections.overvoltage.limit_V", (s) => {
    const most_V = chemistryOf(s)?.limits.absoluteMax_V;
    return must(most_V === undefined || s.protections.overvoltage.limit_V <= most_V, () => `is ${s.protections.overvoltage.limit_V} V, but ${s.battery.chemistry} cells end at ${most_V} V; choose battery.chemistry custom if yours do not`);
  }),
  check("protections.undervoltage.limit_V", (s) => {
    const least_V = chemistryOf(s)?.limits.absoluteMin_V;
    return must(least_V === undefined || s.protections.undervoltage.limit_V >= least_V, () => `is ${s.protections.undervoltage.limit_V} V, but ${s.battery.chemistry} cells end at ${least_V} V; choose battery.chemistry custom if yours do not`);
  }),
];
const chemistryOf = (s: Settings): Chemistry | undefined => (isChemistryName(s.battery.chemistry) ? CHEMISTRIES[s.battery.chemistry] : undefined);

/** What guards a cell against charging or discharging must open that path, and soon. */
const LONGEST_DELAY_ms = 60_000;
const GUARDS = [
  ["overvoltage", "opensCharge"], ["lowTemperatureCharge", "opensCharge"], ["highTemperatureCharge", "opensCharge"], ["overcurrentCharge", "opensCharge"],
  ["undervoltage", "opensDischarge"], ["lowTemperatureDischarge", "opensDischarge"], ["highTemperatureDischarge", "opensDischarge"], ["overcurrentDischarge", "opensDischarge"],
] as const;
const REACTIONS: readonly CrossCheck[] = GUARDS.flatMap(([name, opens]) => [
  check(`protections.${name}.${opens}`, (s) => must(!s.protections[name].enable || s.protections[name][opens] || s.protections[name].critical, () => "must be true: this protection would watch and not act")),
  check(`protections.${name}.setDelay_ms`, (s) => must(s.protections[name].setDelay_ms <= LONGEST_DELAY_ms, () => `must be ${LONGEST_DELAY_ms} ms at most, is ${s.protections[name].setDelay_ms}`)),
]);

/** Two ticks: what the enhanced precharge needs to see the current pulse of an empty link. */
const SHORTEST_PULSE_ms = 20;

const PRECHARGE: readonly CrossCheck[] = [
  check("precharge.time_ms", (s) => {
    const five_ms = 5000 * s.precharge.resistor_Ohm * s.precharge.capacitance_F;
    return must(!s.precharge.enable || s.precharge.time_ms >= five_ms, () => `${s.precharge.resistor_Ohm} Ohm and ${s.precharge.capacitance_F} F need ${Math.ceil(five_ms)} ms (five time constants), is ${s.precharge.time_ms} ms`);
  }),
  check("precharge.threshold_A", (s) => {
    const first_A = (s.battery.cells * s.battery.dischargeVoltage_V) / s.precharge.resistor_Ohm;
    return must(!s.precharge.enable || s.precharge.mode === "simple" || s.precharge.threshold_A < first_A, () => `must be below the first precharge current of ${first_A.toFixed(2)} A, or precharging would end before it began`);
  }),
  check("precharge.energyLimit_J", (s) => {
    const once_J = (s.precharge.capacitance_F * square(s.battery.cells * s.battery.chargeVoltage_V)) / 2;
    return must(!s.precharge.enable || s.precharge.energyLimit_J > once_J, () => `one precharge puts ${once_J.toFixed(1)} J into the resistor, the limit must be above`);
  }),
  check("precharge.resistor_Ohm", (s) => {
    const constant_ms = 1000 * s.precharge.resistor_Ohm * s.precharge.capacitance_F;
    const proves = !s.precharge.enable || s.precharge.mode === "simple" || constant_ms === 0 || constant_ms >= SHORTEST_PULSE_ms;
    return must(proves, () => `with ${s.precharge.capacitance_F} F the charging pulse lasts ${constant_ms.toFixed(1)} ms, too short to be seen: it takes ${SHORTEST_PULSE_ms} ms (or mode simple, or capacitance_F 0 to do without the proof)`);
  }),
  check("precharge.measureDelay_ms", (s) => must(s.precharge.measureDelay_ms < s.precharge.time_ms, () => `must be below precharge.time_ms (${s.precharge.time_ms} ms)`)),
  check("precharge.overlap_ms", (s) => must(!s.precharge.enable || s.precharge.overlap_ms <= s.precharge.time_ms * 4, () => "is longer than four precharge times")),
];

const OUTPUT_ROLES = ["charging", "discharging", "precharging", "common", "main"] as const;
const mosfets = (s: Settings): readonly string[] => [s.mosfets.assignment1, s.mosfets.assignment2, s.mosfets.assignment3, s.mosfets.assignment4];
const discreteOutputs = (s: Settings): readonly string[] => [s.outputs.assignment1, s.outputs.assignment2, s.outputs.assignment3, s.outputs.assignment4];
const needsOutput = (setting: string, role: string, wanted: (s: Settings) => boolean): CrossCheck =>
  check(setting, (s) => must(!wanted(s) || mosfets(s).includes(role), () => `needs a MOSFET output assigned to "${role}" (mosfets.assignment…)`));
const prechargeUsed = (s: Settings): boolean =>
  s.precharge.enable && (s.common.enable ? s.common.precharge : (s.charge.enable && s.charge.precharge) || (s.discharge.enable && s.discharge.precharge));

const OUTPUTS: readonly CrossCheck[] = [
  needsOutput("charge.enable", "charging", (s) => s.charge.enable && !s.common.enable),
  needsOutput("discharge.enable", "discharging", (s) => s.discharge.enable && !s.common.enable),
  needsOutput("common.enable", "common", (s) => s.common.enable),
  needsOutput("main.enable", "main", (s) => s.main.enable),
  needsOutput("precharge.enable", "precharging", prechargeUsed),
  ...([1, 2, 3, 4] as const).map((n) => check(`mosfets.inversion${n}`, (s) =>
    must(!(s.mosfets[`inversion${n}`] && OUTPUT_ROLES.some((role) => role === s.mosfets[`assignment${n}`])), () => "a contactor must open when the board is dead; its output cannot be inverted"))),
  ...([2, 3, 4] as const).map((n) => check(`mosfets.assignment${n}`, (s) => {
    const role = s.mosfets[`assignment${n}`];
    return must(role === "none" || !mosfets(s).slice(0, n - 1).includes(role), () => `"${role}" is assigned to two outputs`);
  })),
  ...(["inputs", "feedback"] as const).flatMap((group) => ([2, 3, 4] as const).map((n) => check(`${group}.assignment${n}`, (s) => {
    const values: readonly string[] = [s[group].assignment1, s[group].assignment2, s[group].assignment3, s[group].assignment4];
    return must(values[n - 1] === "none" || !values.slice(0, n - 1).includes(values[n - 1]!), () => `"${values[n - 1]}" is assigned to two inputs`);
  }))),
];

const REST: readonly CrossCheck[] = [
  check("socEstimation.scaleHigh", (s) => must(!s.socEstimation.scale || s.socEstimation.scaleHigh - s.socEstimation.scaleLow >= 0.2, () => "must be at least 20 % above socEstimation.scaleLow")),
  check("socEstimation.plateauHigh", (s) => must(s.socEstimation.plateauHigh >= s.socEstimation.plateauLow, () => "must not be below socEstimation.plateauLow")),
  check("socEstimation.ocv", (s) => must(gridRises(s), () => "must rise with state of charge at every temperature")),
  check("socEstimation.fullVoltage_V", (s) => must(s.socEstimation.fullVoltage_V <= s.battery.chargeVoltage_V, () => `must not be above battery.chargeVoltage_V (${s.battery.chargeVoltage_V} V), or the battery would never be full`)),
  check("balancing.stopDeviation_V", (s) => must(s.balancing.stopDeviation_V < s.balancing.startDeviation_V, () => `must be below balancing.startDeviation_V (${s.balancing.startDeviation_V} V)`)),
  check("balancing.forced_V", (s) => must(s.balancing.forced_V > s.balancing.start_V, () => `must be above balancing.start_V (${s.balancing.start_V} V)`)),
  check("dischargingAux.tolerantSoc", (s) => must(s.dischargingAux.tolerantSoc > s.dischargingAux.minimumSoc, () => "must be above dischargingAux.minimumSoc")),
  check("dischargingAux.tolerantCell_V", (s) => must(s.dischargingAux.tolerantCell_V > s.dischargingAux.minimumCell_V, () => "must be above dischargingAux.minimumCell_V")),
  check("dischargingAux.maximumBattery_V", (s) => must(s.dischargingAux.maximumBattery_V > s.dischargingAux.minimumBattery_V, () => "must be above dischargingAux.minimumBattery_V")),
  check("powerDown.buttonOff_ms", (s) => must(s.powerDown.buttonOff_ms > s.powerDown.buttonHold_ms, () => "must be above powerDown.buttonHold_ms")),
  check("powerDown.minimum_V", (s) => must(s.powerDown.minimum_V < s.battery.cells * s.battery.chargeVoltage_V, () => "is above the charging voltage: the device would always power down")),
  check("feedback.delay_ms", (s) => must(!s.precharge.enable || s.feedback.delay_ms < s.precharge.time_ms + 1000, () => "is longer than a whole precharge")),
  check("rs485.stopBits", (s) => must(!(s.rs485.parity !== "none" && s.rs485.stopBits === "2"), () => "two stop bits go with no parity only (serial line guide, 2.5.1)")),
];

function gridRises(s: Settings): boolean {
  const { x, y, z } = s.socEstimation.ocv;
  for (let row = 0; row < y.length; row++) {
    for (let i = 1; i < x.length; i++) if (z[row * x.length + i]! <= z[row * x.length + i - 1]!) return false;
  }
  return x.length >= 2 && x[0] === 0 && x[x.length - 1] === 1;
}

export const CROSS_CHECKS: readonly CrossCheck[] = [...CELLS, ...TIERS, ...RELEASES, ...TEMPERATURES, ...CURRENTS, ...SENSOR, SWING, ...CHEMISTRY, ...REACTIONS, ...PRECHARGE, ...OUTPUTS, ...REST, ...CAN_CROSS_CHECKS];
