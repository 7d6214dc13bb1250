// bms presets: the chemistries that can be chosen, their main limits and where the numbers come from.

import type { Command } from "commander";
import { wrap } from "../base/wrap.ts";
import { CHEMISTRIES, CHEMISTRY_NAMES, type ChemistryName } from "../model/chemistries.ts";
import type { Chemistry } from "../model/chemistry.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

/** Adds the command to the program. A name that no chemistry has throws UsageError. */
export function registerPresets(program: Command): void {
  program
    .command("presets")
    .summary("list the cell chemistries and their limits")
    .description("List the cell chemistries with their main limits, or tell all about one of them.")
    .argument("[name]", CHEMISTRY_NAMES.join(", "))
    .option("--json", "print everything as JSON")
    .action((name: string | undefined, options: { readonly json?: boolean }) => {
      process.stdout.write(presetsText(name, options.json === true));
    });
}

/** What the command prints: a table of all, or all about the one whose name is given in any case. */
export function presetsText(name: string | undefined, json: boolean): string {
  if (name === undefined) return json ? toJson(CHEMISTRIES) : overview();
  const chemistry = find(name);
  return json ? toJson(CHEMISTRIES[chemistry]) : details(chemistry);
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function find(name: string): ChemistryName {
  const found = CHEMISTRY_NAMES.find((chemistry) => chemistry.toLowerCase() === name.toLowerCase());
  if (found === undefined)
    throw new UsageError(`there is no chemistry "${name}"; there are ${CHEMISTRY_NAMES.join(", ")}`);
  return found;
}

function overview(): string {
  const head = ["name", "nominal", "undervoltage", "charge", "overvoltage", "balance from", "charging", "discharging"];
  const rows = CHEMISTRY_NAMES.map((name) => {
    const { nominal_V, limits, temperatures }: Chemistry = CHEMISTRIES[name];
    return [
      name,
      volts(nominal_V),
      volts(limits.undervoltage_V),
      volts(limits.chargeVoltage_V),
      volts(limits.overvoltage_V),
      volts(limits.balancingStart_V),
      `${temperatures.chargeMin_degC}..${temperatures.chargeMax_degC} degC`,
      `${temperatures.dischargeMin_degC}..${temperatures.dischargeMax_degC} degC`,
    ];
  });
  const lines = [
    "Starting points per cell. The sheet of your cell decides.",
    "",
    ...alignColumns([head, ...rows], [1, 2, 3, 4, 5]),
    "",
    'Sources and all numbers of one: "bms presets LFP".',
  ];
  return `${lines.join("\n")}\n`;
}

function details(name: ChemistryName): string {
  const chemistry: Chemistry = CHEMISTRIES[name];
  const lines = [
    chemistry.title,
    "",
    ...alignColumns([...voltageRows(chemistry), ...otherRows(chemistry)]),
    "",
    "Sources",
    ...wrap(chemistry.source, 100, "  "),
  ];
  return `${lines.join("\n")}\n`;
}

function voltageRows({ nominal_V, limits }: Chemistry): string[][] {
  const back = (limit_V: number, tolerant_V: number) => [volts(limit_V), `clears at ${volts(tolerant_V)}`];
  return [
    ["nominal", volts(nominal_V)],
    ["maker's bounds", `${volts(limits.absoluteMin_V)} to ${volts(limits.absoluteMax_V)}`],
    ["undervoltage", ...back(limits.undervoltage_V, limits.undervoltageTolerant_V)],
    ["loads stop at", volts(limits.dischargeVoltage_V)],
    ["ready to discharge", ...back(limits.readyToDischargeClear_V, limits.readyToDischargeReset_V)],
    ["balancing from", volts(limits.balancingStart_V), `forced from ${volts(limits.balancingForced_V)}`],
    ["ready to charge", ...back(limits.readyToChargeClear_V, limits.readyToChargeReset_V)],
    ["charge to", volts(limits.chargeVoltage_V), `maker's end ${volts(limits.maximumCharge_V)}`],
    ["voltage too high", ...back(limits.voltageTooHigh_V, limits.voltageTooHighTolerant_V)],
    ["overvoltage", ...back(limits.overvoltage_V, limits.overvoltageTolerant_V)],
  ];
}

function otherRows(chemistry: Chemistry): string[][] {
  const { temperatures: t, rates } = chemistry;
  const cold = chemistry.capacityRatio;
  return [
    ["charging", `${t.chargeMin_degC} to ${t.chargeMax_degC} degC`, `up to ${rates.charge} C`],
    ["discharging", `${t.dischargeMin_degC} to ${t.dischargeMax_degC} degC`, `up to ${rates.discharge} C`],
    ["resistance", `${chemistry.resistance_OhmAh} Ohm x Ah`, "at 25 degC, half charged, within a second"],
    ["cold capacity", `${percent(cold.y[0] ?? 1)} at ${cold.x[0]} degC`, "at about half a C"],
    ["plateau", plateau(chemistry)],
    ["relaxed after", `${chemistry.relaxTimeCharge_s} s charging`, `${chemistry.relaxTimeDischarge_s} s discharging`],
  ];
}

const plateau = ({ plateauLow, plateauHigh }: Chemistry): string =>
  plateauLow === plateauHigh ? "none" : `${percent(plateauLow)} to ${percent(plateauHigh)}`;

const volts = (value: number): string => `${value.toFixed(2)} V`;
const percent = (part: number): string => `${Math.round(part * 100)} %`;
