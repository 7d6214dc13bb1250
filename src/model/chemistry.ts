// What the device has to know of a kind of lithium cell: its voltages, resistance, limits and habits. One such record per
// chemistry fills every setting that depends on it. All voltages are per cell; currents are rates (A per Ah of capacity).

import type { Curve, Grid } from "./rows.ts";

export type Chemistry = {
  readonly title: string;
  readonly nominal_V: number;
  /** Where the numbers come from, group by group, and which of them are our own cautious assumption. */
  readonly source: string;
  /** Open-circuit voltage over state of charge (x) and temperature in degC (y), middle of charge and discharge. */
  readonly ocv: Grid;
  /**
   * Half the gap between the rest voltages after charging and after discharging, over state of charge. 0: not known.
   * Measured LFP crosses the gap within about 5 % of net charge; short reversals barely move it.
   */
  readonly hysteresis_V: Curve;
  /** The gap over temperature in degC, relative to `hysteresis_V`, and the share of capacity from the middle to a branch. */
  readonly hysteresisRatio: Curve;
  readonly hysteresisReach: number;
  /** Resistance within one second at half charge and 25 degC, times the capacity: R = resistance_OhmAh / capacity_Ah. */
  readonly resistance_OhmAh: number;
  /** Resistance over state of charge (x) and temperature in degC (y), 1 at half charge and 25 degC. */
  readonly resistanceRatio: Grid;
  /** Two pairs of resistor and capacitor: their resistance relative to the ohmic one, and their time constants. */
  readonly fastRatio: number;
  readonly fastTime_s: number;
  readonly slowRatio: number;
  readonly slowTime_s: number;
  /** Each pair over state of charge (x) and degC (y), relative to the ohmic resistance there times its ratio above. */
  readonly fastProfile: Grid;
  readonly slowProfile: Grid;
  /**
   * Rate over temperature in degC at which charge transfer bends, twice the exchange current of Butler and Volmer: the
   * ohmic resistance and the fast pair see k asinh(I / k) instead of I, with k this rate times the capacity. 1000: straight.
   */
  readonly exchangeRate: Curve;
  /**
   * Diffusion: the charge at the electrodes' surface, which the voltage shows, lags behind the mean by this share of the
   * capacity per unit of rate (so hours), over temperature in degC, with a time constant. 0: none.
   */
  readonly diffusionLag_h: Curve;
  readonly diffusionTime_s: number;
  /** Part of the capacity that comes out at about half a C, over temperature in degC, 1 at 25 degC. */
  readonly capacityRatio: Curve;
  /** What this table misses of a cell's voltage, one standard deviation at 25 degC: fit error and spread between makers. */
  readonly voltageError_V: number;
  /** The same over temperature in degC, relative to 25 degC. */
  readonly voltageErrorRatio: Curve;
  /** How far a given cell may lie off the table, one standard deviation: along its axis of charge, in resistance, in capacity (age included). */
  readonly axisError: number;
  readonly resistanceError: number;
  /** What the table misses under load, one standard deviation, as a share of the drop of late over resistance and pairs. */
  readonly loadError: number;
  readonly capacityError: number;
  /** Heat a cell takes up and gives away, per Ah of capacity: J/K and W/K. */
  readonly heat_J_per_KAh: number;
  readonly cooling_W_per_KAh: number;
  readonly coulombicEfficiency: number;
  readonly selfDischargePerMonth: number;
  /** From plateauLow to plateauHigh the rest voltage tells little. Equal ends: no plateau. */
  readonly plateauLow: number;
  readonly plateauHigh: number;
  readonly relaxTimeCharge_s: number;
  readonly relaxTimeDischarge_s: number;
  /** Full cycles to the end of life: a cautious figure for SOH by throughput. */
  readonly lifeCycles: number;
  readonly limits: VoltageLimits;
  readonly temperatures: TemperatureLimits;
  readonly rates: RateLimits;
  /** Factor of the charge and discharge current maps over state of charge (x) and temperature in degC (y). */
  readonly chargeFactor: Grid;
  readonly dischargeFactor: Grid;
  /** Factor of the charge map over the highest cell voltage, of the discharge map over the lowest. */
  readonly chargeVoltageFactor: Curve;
  readonly dischargeVoltageFactor: Curve;
};

/** A straight cell without diffusion whose pairs follow its resistance; doubts of a cell known by its chemistry alone. */
export const COMMON_MODEL = {
  hysteresisRatio: { x: [25], y: [1] },
  hysteresisReach: 0.05,
  fastProfile: { x: [0], y: [25], z: [1] },
  slowProfile: { x: [0], y: [25], z: [1] },
  exchangeRate: { x: [25], y: [1000] },
  diffusionLag_h: { x: [25], y: [0] },
  diffusionTime_s: 1500,
  voltageErrorRatio: { x: [-20, -10, 0, 10, 25], y: [2.5, 2, 1.5, 1.2, 1] },
  axisError: 0.01,
  resistanceError: 0.3,
  loadError: 0.07,
  capacityError: 0.08,
  heat_J_per_KAh: 15,
  cooling_W_per_KAh: 0.015,
} as const satisfies Partial<Chemistry>;

/** From the bottom to the top of the cell's voltage, in the order in which a cell passes them (ties allowed). */
export type VoltageLimits = {
  /** The maker's bounds: no setting of the chemistry may lie outside. */
  readonly absoluteMin_V: number;
  readonly absoluteMax_V: number;
  /** Undervoltage: trips below (the maker's discharge stop), clears above the tolerant value. */
  readonly undervoltage_V: number;
  readonly undervoltageTolerant_V: number;
  /** Where loads on a bus are asked to stop, and the rest voltage of an empty cell. */
  readonly dischargeVoltage_V: number;
  readonly emptyVoltage_V: number;
  readonly readyToDischargeClear_V: number;
  readonly readyToDischargeReset_V: number;
  readonly readyToChargeClear_V: number;
  readonly readyToChargeReset_V: number;
  readonly balancingStart_V: number;
  /** A cell above this is discharged whatever the rule. */
  readonly balancingForced_V: number;
  /** Asked of chargers; full when all cells are above fullVoltage_V at the tail current; the maker's charge end. */
  readonly chargeVoltage_V: number;
  readonly fullVoltage_V: number;
  readonly maximumCharge_V: number;
  /** Indication "voltage too high", above the maker's charge end and under the trip. */
  readonly voltageTooHigh_V: number;
  readonly voltageTooHighTolerant_V: number;
  readonly overvoltage_V: number;
  readonly overvoltageTolerant_V: number;
};

export type TemperatureLimits = {
  readonly chargeMin_degC: number;
  readonly chargeMinTolerant_degC: number;
  readonly chargeMax_degC: number;
  readonly chargeMaxTolerant_degC: number;
  readonly dischargeMin_degC: number;
  readonly dischargeMinTolerant_degC: number;
  readonly dischargeMax_degC: number;
  readonly dischargeMaxTolerant_degC: number;
};

/** Multiples of the capacity per hour: 0.5 means 50 A for 100 Ah. */
export type RateLimits = {
  readonly charge: number;
  readonly discharge: number;
  readonly overcurrentCharge: number;
  readonly overcurrentChargeTolerant: number;
  readonly overcurrentDischarge: number;
  readonly overcurrentDischargeTolerant: number;
};

/** Charge and discharge rates with trips at 1.2 times (the overload IEC 62619 applies) and 1.5 times of them. */
export const rates = (charge: number, discharge: number): RateLimits => ({
  charge,
  discharge,
  overcurrentCharge: charge * 1.2,
  overcurrentChargeTolerant: charge,
  overcurrentDischarge: discharge * 1.5,
  overcurrentDischargeTolerant: discharge,
});

/** The range most makers of lithium-ion cells give, with 3 to 5 degrees to come back. */
export const COMMON_TEMPERATURES: TemperatureLimits = {
  chargeMin_degC: 0, chargeMinTolerant_degC: 3, chargeMax_degC: 45, chargeMaxTolerant_degC: 42,
  dischargeMin_degC: -20, dischargeMinTolerant_degC: -17, dischargeMax_degC: 60, dischargeMaxTolerant_degC: 55,
};

/** Discharge map of cells that work from -20 to 60 degC: gentle when cold and when nearly empty. */
export const COMMON_DISCHARGE_FACTOR: Grid = {
  x: [0, 0.05, 0.1, 1],
  y: [-20, -10, 0, 10, 50, 60],
  z: [
    0.0, 0.0, 0.0, 0.0,
    0.0, 0.2, 0.4, 0.4,
    0.0, 0.3, 0.7, 0.7,
    0.1, 0.5, 1.0, 1.0,
    0.1, 0.5, 1.0, 1.0,
    0.0, 0.0, 0.0, 0.0,
  ],
};

/** Charge map of cells that charge from 0 to 45 degC: nothing at the ends, a fifth near freezing, slow near full. */
export const COMMON_CHARGE_FACTOR: Grid = {
  x: [0, 0.1, 0.8, 0.9, 0.95, 1],
  y: [0, 5, 10, 20, 40, 45],
  z: [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.2, 0.2, 0.2, 0.2, 0.2, 0.1,
    0.4, 0.4, 0.4, 0.4, 0.3, 0.1,
    0.5, 1.0, 1.0, 0.7, 0.5, 0.1,
    0.5, 1.0, 1.0, 0.7, 0.5, 0.1,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
  ],
};
