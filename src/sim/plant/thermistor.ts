// 100 kOhm NTC thermistors of header X6 and their divider: resistance over temperature as the makers give it.
// Beta parts: R = R25 exp(B (1/T - 1/298.15)). Steinhart-Hart parts: 1/T = A + B ln R + C (ln R)^3, solved for R.

/** Parts by name; "beta3950" is the generic part, the others carry their makers' coefficients. */
export type ThermistorType = "beta3950" | "beta4250" | "beta3974" | "NTCG104LH104" | "B57560G104F" | "104GT-2";

const BETA: { readonly [type in ThermistorType]?: number } = { beta3950: 3950, beta4250: 4250, beta3974: 3974 };

const STEINHART_HART: { readonly [type in ThermistorType]?: readonly [number, number, number] } = {
  NTCG104LH104: [9.763986e-4, 1.968848e-4, 7.267192e-8],
  B57560G104F: [7.221363e-4, 2.167666e-4, 8.929358e-8],
  "104GT-2": [8.096511e-4, 2.11636e-4, 7.074209e-8],
};

const PULL_UP_Ohm = 100_000;

/** Resistance in ohms at a temperature, clamped to -60..200 degC. */
export function thermistor_Ohm(type: ThermistorType, temperature_degC: number): number {
  const kelvin = Math.min(Math.max(temperature_degC, -60), 200) + 273.15;
  const coefficients = STEINHART_HART[type];
  if (coefficients === undefined) return 100_000 * Math.exp((BETA[type] ?? 3950) * (1 / kelvin - 1 / 298.15));
  const [a, b, c] = coefficients;
  const x = (a - 1 / kelvin) / (2 * c); // cubic in ln R without a square term: Cardano
  const y = Math.sqrt((b / (3 * c)) ** 3 + x * x);
  return Math.exp(Math.cbrt(y - x) - Math.cbrt(y + x));
}

/** Voltage over the thermistor in its divider of 100 kOhm to the supply: 2.5 V of 5 V at 25 degC. */
export function divider_V(thermistor_Ohm: number, supply_V: number): number {
  return (supply_V * thermistor_Ohm) / (thermistor_Ohm + PULL_UP_Ohm);
}
