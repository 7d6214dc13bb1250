// Commands a person or a program may give, besides changing settings.

import type { CommandRow } from "./rows.ts";

export const COMMANDS = {
  button:              { title: "Press the button", role: "operator", help: "Same as a short press of the button on X5: switches on, or asks for power down." },
  powerUp:             { title: "Power up", role: "operator", help: "Leaves standby." },
  powerDown:           { title: "Power down", role: "operator", help: "Orderly power down: charging stops, contactors open, then standby." },
  restart:             { title: "Restart", role: "service", help: "Opens the contactors and starts anew. Locked errors are released." },
  recalibrateCurrent:  { title: "Recalibrate current sensor", role: "service", help: "Takes the present sensor output as zero current. Only with open contactors." },
  resetParameters:     { title: "Reset parameters", role: "service", help: "State of charge from the rest voltage, resistance and capacity from the settings, for every cell." },
  resetCycles:         { title: "Reset battery cycles", role: "service", help: "Sets the cycle counter to zero." },
  resetCounters:       { title: "Reset energy counters", role: "service", help: "Sets the resettable energy and charge counters to zero. Lifetime counters stay." },
  startCellDischarge:  { title: "Start cell discharging", role: "service", argument: "cell", help: "Switches balancing resistors on regardless of the rule: one cell, or all without an argument. Never below the balancing stop voltage." },
  stopCellDischarge:   { title: "Stop cell discharging", role: "service", help: "Ends cell discharging by command." },
  startCellAnalysis:   { title: "Start cell analysis", role: "service", argument: "cell", help: "Records the discharge characteristic of the given cell, or of the most discharged one." },
  stopCellAnalysis:    { title: "Stop cell analysis", role: "service", help: "Ends the recording." },
  openMainRelease:     { title: "Release main contactor", role: "service", help: "Lets a main contactor close again that was told to stay open until reset." },
} as const satisfies Record<string, CommandRow>;

export type CommandName = keyof typeof COMMANDS;
