// What the stage "protect" knows of each protection: a timer, a flag, and the story of its last trip.

import { FAULT_NAMES, type FaultName } from "../../model/faults.ts";

export type FaultState = {
  active: number;
  /** When the running condition, to set (while healthy) or to clear (while active), began; -1: none is running. */
  since_us: number;
  /** Time at which the violation of the running or last trip began, and at which it tripped. */
  began_us: number;
  tripped_us: number;
  cleared_us: number;
  /** Value, limit and element (index from 0, -1 none) at the trip; code for faults of several kinds. */
  value: number;
  limit: number;
  element: number;
  /** Contactors closed at the trip that this fault opens: bit 0 charge, 1 discharge, 2 common, 3 main. */
  opened: number;
  trips: number; // kept
};

export type Protection = {
  /** 1 while set, by fault name: what other stages and signals read. */
  active: Record<FaultName, number>;
  faults: Record<FaultName, FaultState>;
  anyError: number;
  errorCount: number;
  criticalError: number;
  /** 1 while some error opens this contactor. */
  opensCharge: number;
  opensDischarge: number;
  /** 1 while a limit is broken whose delay still runs, and which would open this contactor: nothing may close onto it. */
  pendingCharge: number;
  pendingDischarge: number;
  /** Shortest own delay among the errors that open a contactor, for custom delays. */
  chargeDelay_us: number;
  dischargeDelay_us: number;
  /** Counts trips of errors and indications; a change tells the loop that something happened. */
  sequence: number;
};

const createFaultState = (): FaultState => ({
  active: 0,
  since_us: -1,
  began_us: 0,
  tripped_us: 0,
  cleared_us: 0,
  value: 0,
  limit: 0,
  element: -1,
  opened: 0,
  trips: 0,
});

const forEachFault = <T>(make: () => T): Record<FaultName, T> =>
  Object.fromEntries(FAULT_NAMES.map((name) => [name, make()])) as Record<FaultName, T>;

export const createProtection = (): Protection => ({
  active: forEachFault(() => 0),
  faults: forEachFault(createFaultState),
  anyError: 0,
  errorCount: 0,
  criticalError: 0,
  opensCharge: 0,
  opensDischarge: 0,
  pendingCharge: 0,
  pendingDischarge: 0,
  chargeDelay_us: 0,
  dischargeDelay_us: 0,
  sequence: 0,
});
