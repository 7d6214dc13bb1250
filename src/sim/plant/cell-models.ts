// Cells of the modelled world, by chemistry: rest voltage both ways, resistance, temperature, ageing. Values per ampere
// hour, so that one row serves any capacity. LFP, NMC and NCA follow published measurements (A123 26650, LG 18650HG2,
// Panasonic 18650PF); LCO is calculated from half cells; LMO is a Leaf blend; LTO is a data sheet. They describe cells, not yours.

import { interpolate } from "../../base/interpolate.ts";

/** Curves over SOC share the axis `soc`, curves over temperature the axis `temperature_degC`. */
export type CellModel = {
  readonly name: string;
  readonly soc: readonly number[];
  /** Rest voltage at 25 degC: the mean of charging and discharging, and half the gap between them. */
  readonly ocv: readonly number[];
  readonly halfGap: readonly number[];
  /** dU/dT, V/K. */
  readonly entropy: readonly number[];
  /** Volts per unit of SOC outside 0..1, and where they end. */
  readonly overcharge: { readonly slope: number; readonly end_V: number };
  readonly overdischarge: { readonly slope: number; readonly end_V: number };
  /** Products with the capacity at 25 degC and half charge; time constants in seconds. */
  readonly r0_OhmAh: number;
  readonly r1_OhmAh: number;
  readonly tau1_s: number;
  readonly r2_OhmAh: number;
  readonly tau2_s: number;
  /** Factor of all resistances over `soc`. */
  readonly resistanceBySoc: readonly number[];
  readonly temperature_degC: readonly number[];
  /** Factors over temperature: R0, R1 and R2, the gap between the curves, the charge that can be taken out slowly. */
  readonly r0Factor: readonly number[];
  readonly rcFactor: readonly number[];
  readonly gapFactor: readonly number[];
  readonly capacityFactor: readonly number[];
  /** Parts of the capacity: lost to self-discharge per 30 days at 25 degC, lost for good per cycle, in the first year. */
  readonly selfDischarge: number;
  readonly fadePerCycle: number;
  readonly fadeFirstYear: number;
  /** Rise of resistance per part of capacity lost. */
  readonly resistanceGrowth: number;
  readonly heat_J_per_K_Ah: number;
  /** Voltages beyond which the cell is harmed. */
  readonly maximum_V: number;
  readonly minimum_V: number;
};

const SOC = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];
/** Finer, for the curves read from slow charges and discharges. */
const FINE_SOC = [
  0, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85,
  0.9, 0.95, 0.975, 0.99, 1,
];
const refine = (values: readonly number[]): number[] => FINE_SOC.map((soc) => interpolate(SOC, values, soc));

const TEMPERATURE = [-30, -20, -10, 0, 10, 25, 40, 60];

const LAYERED = {
  soc: SOC,
  halfGap: [0.03, 0.025, 0.018, 0.012, 0.01, 0.008, 0.007, 0.006, 0.006, 0.006, 0.006, 0.005, 0.004, 0.003],
  overcharge: { slope: 6, end_V: 5.2 },
  overdischarge: { slope: 40, end_V: -0.6 },
  resistanceBySoc: [1.9, 1.45, 1.2, 1.1, 1.06, 1.02, 1, 1, 1, 1, 1.01, 1.03, 1.06, 1.12],
  temperature_degC: TEMPERATURE,
  gapFactor: [3, 2.4, 1.9, 1.5, 1.25, 1, 0.85, 0.7],
  selfDischarge: 0.02,
  resistanceGrowth: 2.5,
  heat_J_per_K_Ah: 15,
  maximum_V: 4.25,
  minimum_V: 2.5,
} as const;

const LFP: CellModel = {
  name: "LFP",
  soc: FINE_SOC,
  ocv: [
    2.1606, 2.7252, 2.8971, 3.0373, 3.1229, 3.1834, 3.2186, 3.245, 3.2641, 3.2798, 3.2916, 3.3016, 3.3058, 3.3081,
    3.3116, 3.3168, 3.3228, 3.3303, 3.3409, 3.3453, 3.3478, 3.3518, 3.3658, 3.4014, 3.4722, 3.59,
  ],
  halfGap: [
    0.06, 0.032, 0.026, 0.0225, 0.0205, 0.019, 0.0187, 0.0212, 0.0247, 0.0271, 0.0252, 0.0166, 0.0145, 0.0147, 0.0158,
    0.0173, 0.0181, 0.0178, 0.0142, 0.0116, 0.0106, 0.0098, 0.0107, 0.0122, 0.0142, 0.0081,
  ],
  entropy: refine([-3e-4, -2.5e-4, -2e-4, -1.2e-4, -5e-5, 1e-5, 2e-5, -1e-5, 5e-5, 1.5e-4, 1e-4, 8e-5, 4e-5, -2e-5]),
  overcharge: { slope: 20, end_V: 5 },
  overdischarge: { slope: 60, end_V: -0.8 },
  r0_OhmAh: 0.0223,
  r1_OhmAh: 0.022,
  tau1_s: 25,
  r2_OhmAh: 0.055,
  tau2_s: 500,
  resistanceBySoc: refine([2.2, 1.55, 1.25, 1.12, 1.06, 1.02, 1, 1, 1, 1, 1, 1.01, 1.03, 1.15]),
  temperature_degC: [-25, -15, -5, 5, 15, 25, 35, 45],
  r0Factor: [13, 6.06, 2.98, 1.79, 1.26, 1, 0.86, 0.77],
  rcFactor: [9, 5.2, 2.9, 1.8, 1.28, 1, 0.84, 0.72],
  gapFactor: [3.6, 2.6, 1.75, 1.35, 1.15, 1, 0.9, 0.8],
  capacityFactor: [0.965, 0.98, 0.99, 0.997, 1, 1, 1, 1],
  selfDischarge: 0.02,
  fadePerCycle: 5e-5,
  fadeFirstYear: 0.02,
  resistanceGrowth: 2,
  heat_J_per_K_Ah: 20,
  maximum_V: 3.75,
  minimum_V: 2,
};

const LIFEYPO4: CellModel = {
  ...LFP,
  name: "LiFeYPO4",
  r0_OhmAh: 0.05,
  maximum_V: 4,
  minimum_V: 2.5,
  heat_J_per_K_Ah: 22,
};

const NMC: CellModel = {
  ...LAYERED,
  soc: FINE_SOC,
  halfGap: [
    0.04, 0.05, 0.05, 0.05, 0.045, 0.04, 0.03, 0.026, 0.03, 0.024, 0.015, 0.0122, 0.0119, 0.0125, 0.0152, 0.0216,
    0.0115, 0.0088, 0.0083, 0.0079, 0.0072, 0.0068, 0.0074, 0.0081, 0.0082, 0.006,
  ],
  resistanceBySoc: refine(LAYERED.resistanceBySoc),
  name: "NMC",
  ocv: [
    2.82, 2.98, 3.1, 3.22, 3.295, 3.3587, 3.4386, 3.502, 3.5443, 3.5956, 3.6309, 3.6611, 3.6962, 3.7396, 3.7885, 3.8439,
    3.8927, 3.9326, 3.9777, 4.0292, 4.0719, 4.0909, 4.1143, 4.1396, 4.1647, 4.195,
  ],
  entropy: refine([-5e-4, -4e-4, -2.5e-4, -1.5e-4, -8e-5, -2e-5, 4e-5, 1e-4, 8e-5, 5e-5, 3e-5, -2e-5, -5e-5, -1e-4]),
  r0_OhmAh: 0.0345,
  r1_OhmAh: 0.0286,
  tau1_s: 1.2,
  r2_OhmAh: 0.072,
  tau2_s: 71,
  r0Factor: [11.2, 6.98, 4.57, 2.65, 1.57, 1, 0.88, 0.8],
  rcFactor: [9, 4.56, 2.1, 1.45, 1.28, 1, 0.83, 0.75],
  capacityFactor: [0.86, 0.91, 0.935, 0.955, 0.975, 1, 1, 1],
  fadePerCycle: 1.3e-4,
  fadeFirstYear: 0.03,
};

const NCA: CellModel = {
  ...LAYERED,
  soc: FINE_SOC,
  halfGap: [
    0.06, 0.05, 0.045, 0.04, 0.03, 0.0255, 0.0168, 0.0168, 0.0156, 0.0134, 0.0122, 0.0113, 0.0116, 0.012, 0.0132,
    0.0107, 0.0092, 0.0082, 0.0078, 0.0077, 0.0077, 0.0081, 0.0097, 0.0106, 0.0107, 0.0069,
  ],
  resistanceBySoc: refine(LAYERED.resistanceBySoc),
  name: "NCA",
  ocv: [
    2.7131, 3.0281, 3.1889, 3.3108, 3.3409, 3.3644, 3.4272, 3.4858, 3.5327, 3.5659, 3.5936, 3.6209, 3.6502, 3.6853,
    3.733, 3.7883, 3.8343, 3.8759, 3.9159, 3.9615, 4.0156, 4.0693, 4.1115, 4.1388, 4.1621, 4.1952,
  ],
  entropy: refine([-5e-4, -3.5e-4, -2e-4, -1e-4, -4e-5, 2e-5, 8e-5, 1e-4, 6e-5, 3e-5, 0, -3e-5, -6e-5, -1e-4]),
  r0_OhmAh: 0.061,
  r1_OhmAh: 0.0388,
  tau1_s: 1.3,
  r2_OhmAh: 0.116,
  tau2_s: 169,
  r0Factor: [6, 4.05, 2.9, 2.05, 1.48, 1, 0.82, 0.72],
  rcFactor: [12, 8, 4.3, 2.3, 1.38, 1, 0.82, 0.72],
  capacityFactor: [0.83, 0.89, 0.93, 0.96, 0.98, 1, 1, 1],
  fadePerCycle: 2e-4,
  fadeFirstYear: 0.03,
};

const LCO: CellModel = {
  ...LAYERED,
  name: "LCO",
  ocv: [3.105, 3.618, 3.682, 3.691, 3.692, 3.697, 3.715, 3.745, 3.765, 3.798, 3.849, 3.92, 4.06, 4.2],
  entropy: [-3e-4, -2e-4, -1e-4, 0, 5e-5, 1e-4, 5e-5, -1e-4, -3e-4, -4e-4, -3e-4, -2e-4, -1e-4, -5e-5],
  r0_OhmAh: 0.06,
  r1_OhmAh: 0.03,
  tau1_s: 8,
  r2_OhmAh: 0.05,
  tau2_s: 200,
  r0Factor: [9, 5.5, 3.5, 2.2, 1.5, 1, 0.85, 0.75],
  rcFactor: [9, 5.5, 3.2, 2, 1.4, 1, 0.85, 0.75],
  capacityFactor: [0.8, 0.87, 0.92, 0.95, 0.98, 1, 1, 1],
  fadePerCycle: 3e-4,
  fadeFirstYear: 0.04,
};

const LMO: CellModel = {
  ...LAYERED,
  name: "LMO",
  ocv: [3.1, 3.4, 3.531, 3.64, 3.723, 3.802, 3.869, 3.909, 3.949, 3.984, 4.048, 4.086, 4.13, 4.182],
  entropy: [-3e-4, -2e-4, -1e-4, -5e-5, 0, 5e-5, 1e-4, 1e-4, 5e-5, 0, -5e-5, -1e-4, -1e-4, -1e-4],
  r0_OhmAh: 0.05,
  r1_OhmAh: 0.02,
  tau1_s: 12,
  r2_OhmAh: 0.03,
  tau2_s: 120,
  r0Factor: [8, 5, 3.3, 2.2, 1.66, 1, 0.97, 0.9],
  rcFactor: [8, 5, 3.3, 2.2, 1.5, 1, 0.95, 0.85],
  capacityFactor: [0.8, 0.87, 0.92, 0.95, 0.98, 1, 1, 1],
  fadePerCycle: 2.2e-4,
  fadeFirstYear: 0.05,
};

const LTO: CellModel = {
  ...LAYERED,
  name: "LTO",
  ocv: [2.069, 2.114, 2.131, 2.144, 2.156, 2.177, 2.196, 2.217, 2.246, 2.29, 2.352, 2.429, 2.472, 2.525],
  halfGap: [0.01, 0.008, 0.006, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.004, 0.004, 0.003],
  entropy: [-1e-4, -5e-5, 0, 2e-5, 3e-5, 4e-5, 5e-5, 5e-5, 4e-5, 2e-5, 0, -2e-5, -4e-5, -6e-5],
  overcharge: { slope: 5, end_V: 3.5 },
  overdischarge: { slope: 25, end_V: -0.6 },
  r0_OhmAh: 0.015,
  r1_OhmAh: 0.006,
  tau1_s: 5,
  r2_OhmAh: 0.01,
  tau2_s: 90,
  r0Factor: [3.2, 2.3, 1.8, 1.45, 1.2, 1, 0.88, 0.8],
  rcFactor: [3.2, 2.3, 1.8, 1.45, 1.2, 1, 0.88, 0.8],
  capacityFactor: [0.9, 0.94, 0.97, 0.98, 0.99, 1, 1, 1],
  selfDischarge: 0.03,
  fadePerCycle: 1.3e-5,
  fadeFirstYear: 0.01,
  heat_J_per_K_Ah: 22,
  maximum_V: 2.85,
  minimum_V: 1.5,
};

export const CELL_MODELS = { LFP, LiFeYPO4: LIFEYPO4, NMC, NCA, LCO, LMO, LTO } as const;

export type CellModelName = keyof typeof CELL_MODELS;
