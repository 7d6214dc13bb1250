// What the stage "decide" gives out: the rows of mode, contactors, precharge, balancing and heat. Flags that the vendor
// routes to outputs are in internal-signals.ts and become signals from there.

import type { SignalRow } from "./rows.ts";

const MODE_WORDS = ["off", "standby", "starting", "running", "poweringDown"] as const;
const PHASE_WORDS = ["open", "waiting", "precharging", "closing", "closed", "opening", "blocked"] as const;
const FEEDBACK_WORDS = ["none", "welded", "stuck open", "broken feedback wire"] as const;
const PRECHARGE_WORDS = ["none", "not finished in time", "no current", "resistor too hot"] as const;

const state = <const C extends string>(contactor: C, title: string) => ({ unit: "none", type: "code", group: "Contactors", from: `decide.contactors.${contactor}.phaseCode`, codes: PHASE_WORDS, help: `What the ${title} does.` }) as const satisfies SignalRow;
const closed = <const C extends string>(contactor: C, title: string) => ({ unit: "none", type: "flag", group: "Contactors", from: `decide.contactors.${contactor}.closed`, help: `The ${title} is believed closed: by its feedback, or by its command where it has none.` }) as const satisfies SignalRow;
const fault = <const C extends string>(contactor: C, title: string) => ({ unit: "none", type: "code", group: "Contactors", from: `decide.contactors.${contactor}.feedbackFault`, codes: FEEDBACK_WORDS, help: `What command, feedback and current say of the ${title}.` }) as const satisfies SignalRow;
const switchings = <const C extends string>(contactor: C, title: string) => ({ unit: "count", type: "integer", group: "Contactors", from: `decide.contactors.${contactor}.switchings`, help: `How often the ${title} has been closed in its life.` }) as const satisfies SignalRow;
const underLoad = <const C extends string>(contactor: C, title: string) => ({ unit: "count", type: "integer", group: "Contactors", from: `decide.contactors.${contactor}.switchingsUnderLoad`, help: `How often the ${title} has been opened while current flowed.` }) as const satisfies SignalRow;

export const DECIDE_SIGNALS = {
  mode:                       { unit: "none", type: "code", group: "Mode", from: "decide.modeCode", codes: MODE_WORDS, help: "Operating mode." },
  powerDownReason:            { unit: "none", type: "code", group: "Mode", from: "decide.powerDownReason", codes: ["none", "button", "signal", "command", "low voltage", "idle", "restart", "service reset"], help: "Why the device last powered down." },
  wantCharge:                 { unit: "none", type: "flag", group: "Control", from: "decide.wantCharge", help: "Charging is wanted by its algorithm and not inhibited." },
  wantDischarge:              { unit: "none", type: "flag", group: "Control", from: "decide.wantDischarge", help: "Discharging is wanted by its algorithm and not inhibited." },
  unallowedCharging:          { unit: "none", type: "flag", group: "Control", from: "decide.unallowedCharging", help: "Charging current flows although charging is not allowed." },
  chargeContactor:            state("charge", "charging contactor"),
  dischargeContactor:         state("discharge", "discharging contactor"),
  prechargeContactor:         state("precharge", "precharging contactor"),
  commonContactor:            state("common", "common charging and discharging contactor"),
  mainContactor:              state("main", "main contactor"),
  chargeClosed:               closed("charge", "charging contactor"),
  dischargeClosed:            closed("discharge", "discharging contactor"),
  prechargeClosed:            closed("precharge", "precharging contactor"),
  commonClosed:               closed("common", "common charging and discharging contactor"),
  mainClosed:                 closed("main", "main contactor"),
  chargeFeedbackFault:        fault("charge", "charging contactor"),
  dischargeFeedbackFault:     fault("discharge", "discharging contactor"),
  prechargeFeedbackFault:     fault("precharge", "precharging contactor"),
  commonFeedbackFault:        fault("common", "common charging and discharging contactor"),
  mainFeedbackFault:          fault("main", "main contactor"),
  stuckContactor:             { unit: "none", type: "code", group: "Contactors", from: "decide.stuckContactor", codes: ["none", "charging", "discharging", "common"], help: "Contactor that conducts although it is commanded open." },
  mainHeld:                   { unit: "none", type: "flag", group: "Contactors", from: "decide.mainHeld", help: "The main contactor opened for a fault and stays open until released." },
  chargeSwitchings:           switchings("charge", "charging contactor"),
  dischargeSwitchings:        switchings("discharge", "discharging contactor"),
  prechargeSwitchings:        switchings("precharge", "precharging contactor"),
  commonSwitchings:           switchings("common", "common charging and discharging contactor"),
  mainSwitchings:             switchings("main", "main contactor"),
  chargeSwitchingsUnderLoad:    underLoad("charge", "charging contactor"),
  dischargeSwitchingsUnderLoad: underLoad("discharge", "discharging contactor"),
  commonSwitchingsUnderLoad:    underLoad("common", "common charging and discharging contactor"),
  mainSwitchingsUnderLoad:      underLoad("main", "main contactor"),
  prechargeFailed:            { unit: "none", type: "code", group: "Precharge", from: "decide.prechargeFailed", codes: PRECHARGE_WORDS, help: "Why the last of the allowed tries failed; none while there are tries left." },
  prechargeReason:            { unit: "none", type: "code", group: "Precharge", from: "decide.prechargeReason", codes: PRECHARGE_WORDS, help: "Why the last try failed; none after one that succeeded." },
  prechargeTries:             { unit: "count", type: "integer", group: "Precharge", from: "decide.prechargeTries", help: "Failed tries in a row." },
  prechargeEnergy_J:          { unit: "J", type: "real", group: "Precharge", from: "decide.prechargeEnergy_J", min: 0, max: 100_000, help: "Heat the precharge resistor holds, by the current through it and its cooling." },
  prechargeOwner:             { unit: "none", type: "code", group: "Precharge", from: "decide.prechargeOwner", codes: ["nobody", "charging contactor", "discharging contactor", "common contactor", "request"], help: "For whom the precharging contactor is closed." },
  balancingCells:             { unit: "none", type: "flag", group: "Balancing", from: "decide.balanceMask", per: "cell", help: "The balancing resistor of the cell is on." },
  balancingHot:               { unit: "none", type: "flag", group: "Balancing", from: "decide.balancingHot", help: "The heat sink is too hot to balance, or its temperature is not believed." },
  outputs:                    { unit: "none", type: "flag", group: "Outputs", from: "commands.outputs", per: "output", help: "OUTk of header X1 is switched on." },
  discreteOutputs:            { unit: "none", type: "flag", group: "Outputs", from: "commands.discreteOutputs", per: "output", help: "DOUTk of header X3 is driven." },
  cellDischarge:              { unit: "none", type: "flag", group: "Balancing", from: "decide.cellDischarge", per: "cell", help: "The cell is being discharged by command." },
} as const satisfies Record<string, SignalRow>;
