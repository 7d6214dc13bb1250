// A recording of one cell: what its voltage, current and temperature were. Played through the device by recorded-run.ts.

/** Columns of equal length; optional ones are empty. Charging current is positive, charge starts anywhere. */
export type Recording = {
  readonly time_s: Float64Array;
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  readonly temperature_degC: Float64Array;
  /** Counted by the tester: the reference for the state of charge. */
  readonly charge_Ah: Float64Array;
  /** Mean current since the row before. */
  readonly mean_A: Float64Array;
  /** State of charge as the recording's own author states it, 0..1. */
  readonly reference: Float64Array;
};

/** The recording from a row on, up to another that is not part of it. Shares the columns. */
export function recordingFrom(recording: Recording, from: number, to = recording.time_s.length): Recording {
  const cut = (column: Float64Array): Float64Array => (column.length === 0 ? column : column.subarray(from, to));
  return {
    time_s: cut(recording.time_s),
    voltage_V: cut(recording.voltage_V),
    current_A: cut(recording.current_A),
    temperature_degC: cut(recording.temperature_degC),
    charge_Ah: cut(recording.charge_Ah),
    mean_A: cut(recording.mean_A),
    reference: cut(recording.reference),
  };
}

/** The recording of so many such cells in parallel. */
export function inParallel(recording: Recording, cells: number): Recording {
  if (cells === 1) return recording;
  const times = (column: Float64Array): Float64Array => column.map((value) => value * cells);
  return {
    ...recording,
    current_A: times(recording.current_A),
    charge_Ah: times(recording.charge_Ah),
    mean_A: times(recording.mean_A),
  };
}

/** Charge moved since the first row, Ah: the tester's own count, else the integral of its current. */
export function chargeSinceStart_Ah(recording: Recording): Float64Array {
  const { charge_Ah, time_s, mean_A, current_A } = recording;
  if (charge_Ah.length > 0) return charge_Ah.map((value) => value - charge_Ah[0]);
  const counted = new Float64Array(time_s.length);
  for (let i = 1; i < time_s.length; i++) {
    const mean = mean_A.length > 0 ? mean_A[i] : 0.5 * (current_A[i] + current_A[i - 1]);
    counted[i] = counted[i - 1] + (mean * (time_s[i] - time_s[i - 1])) / 3600;
  }
  return counted;
}

/** Least and largest value of a column of at least one row. */
export function rangeOf(values: Float64Array): { readonly min: number; readonly max: number } {
  let min = values[0],
    max = values[0];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < min) min = values[i];
    if (values[i] > max) max = values[i];
  }
  return { min, max };
}
