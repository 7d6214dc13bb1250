// The 22 input signals. A signal is on when a discrete input or feedback input assigned to it is on, or when software
// drives it. `number` is the vendor's signal number: bit and override address of every protocol follow from it.

import type { Source } from "./rows.ts";

type InputSignalRow = {
  readonly number: number; readonly abbreviation: string; readonly title: string; readonly source: Source;
  /** Where the contact may be wired: a discrete input of X3, a feedback input of X1, or a bus only. */
  readonly by: "input" | "feedback";
  readonly help: string;
};

export const INPUT_SIGNALS = {
  batteryCover:        { number: 0,  abbreviation: "CVR", title: "Battery cover",            by: "input",    source: "S", help: "The cover of the battery is open; feeds the battery cover protection." },
  chargerConnected:    { number: 1,  abbreviation: "CON", title: "Charger connected",        by: "input",    source: "S", help: "A charger is plugged in. Also set while a charger on a bus is online, if so configured." },
  powerDown:           { number: 2,  abbreviation: "PDN", title: "Power up/down request",    by: "input",    source: "S", help: "Asks for an orderly power down: charging stops, contactors open, the acknowledgement is given." },
  inhibitCharging:     { number: 3,  abbreviation: "ICH", title: "Inhibit charging",         by: "input",    source: "S", help: "Opens the charging contactor." },
  inhibitDischarging:  { number: 4,  abbreviation: "IDC", title: "Inhibit discharging",      by: "input",    source: "S", help: "Opens the discharging contactor." },
  chargeFeedback:      { number: 5,  abbreviation: "CCF", title: "CH contactor feedback",    by: "feedback", source: "S", help: "Auxiliary contact of the charging contactor." },
  dischargeFeedback:   { number: 6,  abbreviation: "DCF", title: "DCH contactor feedback",   by: "feedback", source: "S", help: "Auxiliary contact of the discharging contactor." },
  insulation:          { number: 7,  abbreviation: "INS", title: "Insulation status",        by: "input",    source: "S", help: "An insulation monitor reports a fault." },
  chargeRequest:       { number: 8,  abbreviation: "CRE", title: "Charge request",           by: "input",    source: "S", help: "Asks to close the charging contactor." },
  prechargeRequest:    { number: 9,  abbreviation: "PRE", title: "Precharge request",        by: "input",    source: "S", help: "Asks to close the precharging contactor." },
  dischargeRequest:    { number: 10, abbreviation: "DRE", title: "Discharge request",        by: "input",    source: "S", help: "Asks to close the discharging contactor." },
  prechargeFeedback:   { number: 11, abbreviation: "PCF", title: "PCH contactor feedback",   by: "feedback", source: "S", help: "Auxiliary contact of the precharging contactor." },
  commonFeedback:      { number: 12, abbreviation: "CDF", title: "CH/DCH contactor feedback", by: "feedback", source: "S", help: "Auxiliary contact of the common charging/discharging contactor." },
  mainFeedback:        { number: 13, abbreviation: "MCF", title: "Main contactor feedback",  by: "feedback", source: "S", help: "Auxiliary contact of the main contactor." },
  interlock:           { number: 14, abbreviation: "INT", title: "Interlock",                by: "input",    source: "F", help: "The interlock loop is broken." },
  fuse1:               { number: 15, abbreviation: "F1",  title: "Fuse 1",                   by: "input",    source: "F", help: "Fuse 1 has blown." },
  fuse2:               { number: 16, abbreviation: "F2",  title: "Fuse 2",                   by: "input",    source: "F", help: "Fuse 2 has blown." },
  fuse3:               { number: 17, abbreviation: "F3",  title: "Fuse 3",                   by: "input",    source: "F", help: "Fuse 3 has blown." },
  circuitBreaker:      { number: 18, abbreviation: "CBS", title: "Circuit breaker status",   by: "input",    source: "F", help: "The battery disconnector is open; contactors are kept open while it is." },
  balancingRequest:    { number: 19, abbreviation: "BR",  title: "Balancing request",        by: "input",    source: "S", help: "Asks for cell balancing." },
  closeMain:           { number: 20, abbreviation: "CMC", title: "Close Main contactor",     by: "input",    source: "F", help: "Closes the main contactor when it works on demand." },
  closeExternal1:      { number: 21, abbreviation: "CE1", title: "Close External 1",         by: "input",    source: "F", help: "Switches the output signal External 1." },
} as const satisfies Record<string, InputSignalRow>;

export type InputSignalName = keyof typeof INPUT_SIGNALS;
export const INPUT_SIGNAL_NAMES = Object.keys(INPUT_SIGNALS) as readonly InputSignalName[];
export const INPUT_SIGNAL_COUNT = INPUT_SIGNAL_NAMES.length;
