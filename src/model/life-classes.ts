// The classes in which the device counts how long its battery lived at which temperature and at which state of charge:
// the periodic operating record of Annex XIII of the battery regulation (EU) 2023/1542. The kept arrays have these lengths:
// another number of classes needs a migration (core/migrations.ts).

/** Borders between the temperature classes, degC: a border belongs to the warmer class. */
export const TEMPERATURE_BORDERS_degC = [-10, 0, 10, 20, 30, 40, 50] as const;
export const TEMPERATURE_CLASSES = TEMPERATURE_BORDERS_degC.length + 1;

/** Borders between the classes of the state of charge: a border belongs to the fuller class. */
export const SOC_BORDERS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;
export const SOC_CLASSES = SOC_BORDERS.length + 1;

/** Measurements of the self-discharge that are remembered: the first one, and the latest. */
export const SELF_DISCHARGE_WINDOWS = 12;

/** The class of a value: how many borders lie at or below it. */
export function classOf(borders: readonly number[], value: number): number {
  let found = 0;
  while (found < borders.length && value >= borders[found]!) found++;
  return found;
}
