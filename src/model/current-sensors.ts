// The Hall current sensors that fit header X7: 5 V supply, one output Vcs, one reference (or second channel) Vref.
// Numbers follow the makers' sheets: LEM HASS 50..600-S, HTFS 200..800-P, DHAB S/xx; types marked "unverified" were
// not read from a sheet and must be checked against the part in hand.

/**
 * Where zero current lies: `internal` the sensor gives its own 2.5 V on Vref; `ratiometric` zero is half the supply and
 * Vref carries it; `dual` no reference, both outputs scale with the supply and Vref carries the second, coarse channel.
 */
export type ReferenceKind = "internal" | "ratiometric" | "dual";

export type CurrentSensorFamily = {
  readonly title: string;
  readonly reference: ReferenceKind;
  /** Output swing in volts at nominal current (for `dual`: at the full range of a channel), at 5 V supply. */
  readonly gain_V: number;
  /** Reference voltage at zero current and 5 V supply, and how far it may lie off. */
  readonly reference_V: number;
  readonly referenceTolerance_V: number;
  /** The output of a healthy sensor stays between these; beyond, the reading is a fault. */
  readonly outputMin_V: number;
  readonly outputMax_V: number;
  readonly offset_V: number;
  readonly offsetDrift_V_per_kelvin: number;
  /** Part of the reading at nominal current, and of the range for non-linearity. */
  readonly accuracy: number;
  readonly linearity: number;
  readonly supplyCurrent_A: number;
  readonly source: string;
};

export const CURRENT_SENSOR_FAMILIES = {
  HASS: {
    title: "LEM HASS xx-S", reference: "internal", gain_V: 0.625, reference_V: 2.5, referenceTolerance_V: 0.025,
    outputMin_V: 0.25, outputMax_V: 4.75, offset_V: 0.015, offsetDrift_V_per_kelvin: 0.000525,
    accuracy: 0.01, linearity: 0.01, supplyCurrent_A: 0.025,
    source: "LEM data sheet HASS 50..600-S: 0.625 V at nominal, three times nominal swings 1.875 V",
  },
  HTFS: {
    title: "LEM HTFS xx-P", reference: "ratiometric", gain_V: 1.25, reference_V: 2.5, referenceTolerance_V: 0.025,
    outputMin_V: 0.25, outputMax_V: 4.75, offset_V: 0.025, offsetDrift_V_per_kelvin: 0.0003,
    accuracy: 0.01, linearity: 0.005, supplyCurrent_A: 0.022,
    source: "LEM data sheet HTFS 200..800-P and /SP2: 1.25 V at nominal around half the supply",
  },
  DHAB: {
    title: "LEM DHAB S/xx", reference: "dual", gain_V: 2, reference_V: 2.5, referenceTolerance_V: 0.025,
    outputMin_V: 0.25, outputMax_V: 4.75, offset_V: 0.025, offsetDrift_V_per_kelvin: 0.0003,
    accuracy: 0.01, linearity: 0.01, supplyCurrent_A: 0.045,
    source: "LEM data sheets DHAB S/14, S/24, S/124, S/133: output = supply / 5 V x (2.5 V + sensitivity x current); offset, drift and supply current are our cautious assumptions",
  },
} as const satisfies Record<string, CurrentSensorFamily>;

export type CurrentSensorFamilyName = keyof typeof CURRENT_SENSOR_FAMILIES;

export type CurrentSensor = {
  readonly family: CurrentSensorFamilyName;
  readonly nominal_A: number;
  readonly range_A: number;
  /** Range of the second channel of a DHAB; 0 for others. */
  readonly coarseRange_A: number;
  readonly verified: boolean;
};

export const CURRENT_SENSORS = {
  "HASS 50-S":    { family: "HASS", nominal_A: 50,  range_A: 150,  coarseRange_A: 0, verified: true },
  "HASS 100-S":   { family: "HASS", nominal_A: 100, range_A: 300,  coarseRange_A: 0, verified: true },
  "HASS 200-S":   { family: "HASS", nominal_A: 200, range_A: 600,  coarseRange_A: 0, verified: true },
  "HASS 300-S":   { family: "HASS", nominal_A: 300, range_A: 900,  coarseRange_A: 0, verified: true },
  "HASS 400-S":   { family: "HASS", nominal_A: 400, range_A: 900,  coarseRange_A: 0, verified: true },
  "HASS 500-S":   { family: "HASS", nominal_A: 500, range_A: 900,  coarseRange_A: 0, verified: true },
  "HASS 600-S":   { family: "HASS", nominal_A: 600, range_A: 900,  coarseRange_A: 0, verified: true },
  "HTFS 200-P":   { family: "HTFS", nominal_A: 200, range_A: 300,  coarseRange_A: 0, verified: true },
  "HTFS 400-P":   { family: "HTFS", nominal_A: 400, range_A: 600,  coarseRange_A: 0, verified: true },
  "HTFS 600-P":   { family: "HTFS", nominal_A: 600, range_A: 900,  coarseRange_A: 0, verified: true },
  "HTFS 800-P":   { family: "HTFS", nominal_A: 800, range_A: 1200, coarseRange_A: 0, verified: true },
  "DHAB S/14":    { family: "DHAB", nominal_A: 100, range_A: 100,  coarseRange_A: 600, verified: true },
  "DHAB S/18":    { family: "DHAB", nominal_A: 30,  range_A: 30,   coarseRange_A: 350, verified: false },
  "DHAB S/24":    { family: "DHAB", nominal_A: 75,  range_A: 75,   coarseRange_A: 500, verified: true },
  "DHAB S/106":   { family: "DHAB", nominal_A: 20,  range_A: 20,   coarseRange_A: 900, verified: false },
  "DHAB S/118":   { family: "DHAB", nominal_A: 30,  range_A: 30,   coarseRange_A: 350, verified: false },
  "DHAB S/124":   { family: "DHAB", nominal_A: 75,  range_A: 75,   coarseRange_A: 500, verified: true },
  "DHAB S/133":   { family: "DHAB", nominal_A: 75,  range_A: 75,   coarseRange_A: 750, verified: true },
} as const satisfies Record<string, CurrentSensor>;

export type CurrentSensorName = keyof typeof CURRENT_SENSORS;
export const CURRENT_SENSOR_NAMES = Object.keys(CURRENT_SENSORS) as readonly CurrentSensorName[];

/** The board measures up to this current, whatever the sensor. */
export const CURRENT_MAX_A = 1200;
/** Supply of the sensor within which its readings are believed. */
export const SENSOR_SUPPLY_MIN_V = 4.75;
export const SENSOR_SUPPLY_MAX_V = 5.25;

/** A DHAB is read on its fine channel below 85 % of its range and returns to it below 80 %. */
export const FINE_CHANNEL_LEAVE = 0.85;
export const FINE_CHANNEL_RETURN = 0.8;
/** Both channels in range must agree within this part of the fine range. */
export const CHANNEL_AGREEMENT = 0.05;

/** Whether a text names one of the listed types, for example "HTFS 800-P". */
export function isCurrentSensorName(text: string): text is CurrentSensorName {
  return Object.hasOwn(CURRENT_SENSORS, text);
}

/**
 * A sensor of a family with any nominal current in amperes, for types that are not listed.
 * The range follows the family (HASS 3 x, HTFS 1.5 x, DHAB 1 x nominal), never above the board's 1200 A.
 */
export function customSensor(family: CurrentSensorFamilyName, nominal_A: number, coarseRange_A = 0): CurrentSensor {
  const multiple = family === "HASS" ? 3 : family === "HTFS" ? 1.5 : 1;
  const range_A = Math.min(nominal_A * multiple, CURRENT_MAX_A);
  return { family, nominal_A, range_A, coarseRange_A, verified: false };
}

/** Volts per ampere of the fine (only) channel at 5 V supply. */
export const sensitivity_V_per_A = (sensor: CurrentSensor): number =>
  CURRENT_SENSOR_FAMILIES[sensor.family].gain_V / sensor.nominal_A;

/** Volts per ampere of the second channel of a DHAB at 5 V supply; 0 for others. */
export const coarseSensitivity_V_per_A = (sensor: CurrentSensor): number =>
  sensor.coarseRange_A > 0 ? CURRENT_SENSOR_FAMILIES[sensor.family].gain_V / sensor.coarseRange_A : 0;

/** Output in volts of a healthy, ideal sensor at a current in amperes, clamped to what the output stage can give. */
export function output_V(sensor: CurrentSensor, current_A: number, supply_V = 5): number {
  return channel_V(CURRENT_SENSOR_FAMILIES[sensor.family], sensitivity_V_per_A(sensor), current_A, supply_V);
}

/** Voltage in volts on the Vref pin at a current in amperes: the reference, or the coarse channel of a DHAB. */
export function referenceOutput_V(sensor: CurrentSensor, current_A: number, supply_V = 5): number {
  const family: CurrentSensorFamily = CURRENT_SENSOR_FAMILIES[sensor.family];
  if (family.reference === "internal") return family.reference_V;
  if (family.reference === "ratiometric") return supply_V / 2;
  return channel_V(family, coarseSensitivity_V_per_A(sensor), current_A, supply_V);
}

function channel_V(family: CurrentSensorFamily, slope_V_per_A: number, current_A: number, supply_V: number): number {
  const scale = family.reference === "dual" ? supply_V / 5 : 1;
  const zero_V = family.reference === "internal" ? family.reference_V : supply_V / 2;
  const volts = zero_V + scale * slope_V_per_A * current_A;
  return Math.min(Math.max(volts, family.outputMin_V), family.outputMax_V);
}
