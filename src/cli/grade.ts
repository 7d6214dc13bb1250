// bms grade: plays a battery to an inverter or a charger on a CAN bus, through situations in which it must obey, and tells
// what it did in time. Exit code 0 when nothing failed, 1 when something did or the bus went away, 2 when what was typed
// cannot be done.

import { type Command, Option } from "commander";
import { type GradeOptions, isGraded } from "../equipment/grade.ts";
import {
  CHARGER_PROFILE_NAMES,
  gradeSettings,
  gradeTimes,
  INVERTER_PROFILE_NAMES,
} from "../equipment/grade-settings.ts";
import { SETTING_BY_NAME, type SettingValue } from "../model/settings.ts";
import type { BusPartner } from "../sim/partners/bus-partner.ts";
import { createElconCharger } from "../sim/partners/elcon-charger.ts";
import { gradeModel } from "../sim/partners/graded-model.ts";
import { createHybridInverter, HYBRID, type InverterKind } from "../sim/partners/hybrid-inverter.ts";
import { type CanOptions, connectCan, withCan } from "./can-target.ts";
import { gradeOnBus } from "./grade-on-bus.ts";
import { gradeJson, gradeTable } from "./grade-report.ts";
import { UsageError } from "./usage-error.ts";

type Options = CanOptions & {
  readonly profile: string;
  readonly batteryVoltage: string;
  readonly chargeVoltage: string;
  readonly chargeCurrent: string;
  readonly dischargeCurrent: string;
  readonly settle?: string;
  readonly patience: string;
  readonly set: readonly string[];
  readonly model?: boolean;
  readonly json?: boolean;
};
type Kind = "inverter" | "charger";

const HELP = `
The battery is only played: connect the partner to a real one that may be charged and discharged with the currents given, and
mind what it does. Current is taken from the partner's own frames where they tell of it (SMA, chargers), or from a shunt on the
same bus: --set shunt.enable=true, and shunt.canId and so on where it is no IVT-S. What nobody can tell is not judged.
Another battery on the bus must be off it: who sends the same frames is noticed before anything is played.

Examples:
  bms grade inverter --profile sma --can socketcan:can0
  bms grade inverter --profile pylontech --can slcan:/dev/ttyACM0 --set shunt.enable=true
  bms grade charger --profile elcon --charge-current 10 --json
  bms grade inverter --profile victron --model        the modelled inverter, to see what comes out`;

export function registerGrade(program: Command): void {
  const grade = program
    .command("grade")
    .summary("test whether an inverter or charger obeys a battery")
    .description("Play a battery to an inverter or a charger, and tell what it obeys in time.")
    .addHelpText("after", HELP);
  registerKind(grade, "inverter", INVERTER_PROFILE_NAMES);
  registerKind(grade, "charger", CHARGER_PROFILE_NAMES);
}

function registerKind(grade: Command, kind: Kind, profiles: readonly string[]): void {
  withCan(grade.command(kind).description(`Test an ${kind}.`.replace("an c", "a c")))
    .addOption(new Option("--profile <name>", "protocol it speaks").choices(profiles).makeOptionMandatory())
    .option("--battery-voltage <V>", "of the battery it is connected to, until it tells another", "52.8")
    .option("--charge-voltage <V>", "that it may charge to", "56.8")
    .option("--charge-current <A>", "that it may charge with", "20")
    .option("--discharge-current <A>", "that it may draw", "20")
    .option("--patience <s>", "longest wait for current to flow the way that is needed", "300")
    .option(
      "--settle <s>",
      "how long it must flow before a situation begins; usually 2.5 times what it is given to react",
    )
    .option("--set <name=value>", "another setting of the battery, may be repeated", collect, [] as readonly string[])
    .option("--model", "grade the modelled partner in virtual time, without a bus")
    .option("--json", "as JSON")
    .action((options: Options, command: Command) => act(kind, options, command));
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

async function act(kind: Kind, options: Options, command: Command): Promise<void> {
  const made = gradeSettings(kind, options.profile, changesOf(options.set));
  if (!made.ok) throw new UsageError(made.violations.map(({ setting, reason }) => `${setting} ${reason}`).join("\n"));
  const wanted = optionsOf(kind, options, made.settings);
  const isRateGiven = command.getOptionValueSource("bitRate") !== "default";
  const rate = isRateGiven ? options.bitRate : made.settings.can.bitRate;
  const grade =
    options.model === true
      ? gradeModel(wanted, partnerOf(kind, options.profile), true)
      : await gradeOnBus(wanted, (received) => connectCan({ ...options, bitRate: rate }, received));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(gradeJson(grade, options.profile), null, 2)}\n`
      : gradeTable(grade, options.profile),
  );
  if (!isGraded(grade) || grade.verdicts.some(({ verdict }) => verdict === "failed")) process.exitCode = 1;
}

function optionsOf(kind: Kind, options: Options, settings: GradeOptions["settings"]): GradeOptions {
  const times = gradeTimes(kind, options.profile);
  return {
    ...{
      of: kind,
      settings,
      times,
      hold_ms: 3000,
      battery_V: numberOf("--battery-voltage", options.batteryVoltage, 1, 100),
    },
    patience_ms: 1000 * numberOf("--patience", options.patience, 1, 86_400),
    settle_ms:
      options.settle === undefined ? 2.5 * times.reaction_ms : 1000 * numberOf("--settle", options.settle, 0, 3600),
    normal: {
      charge_V: numberOf("--charge-voltage", options.chargeVoltage, 1, 100),
      charge_A: numberOf("--charge-current", options.chargeCurrent, 8, 1200),
      discharge_A: numberOf("--discharge-current", options.dischargeCurrent, 8, 1200),
      ...{ mayCharge: true, mayDischarge: true, soc: 0.5, hasOvervoltage: false, speaks: true },
    },
  };
}

/** Throws UsageError. Below 8 A a quarter could not be told from nothing. */
function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most))
    throw new UsageError(`${name} must be ${least} to ${most}, not "${text}"`);
  return value;
}

function changesOf(texts: readonly string[]): Record<string, SettingValue> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = "", value = ""] = /^([\w.]+)=(.*)$/.exec(text) ?? [];
      const row = SETTING_BY_NAME.get(name)?.row;
      if (row === undefined)
        throw new UsageError(`"${text}" is no setting; it is written NAME=VALUE, as shunt.enable=true`);
      const isNumber = row.kind === "number" || row.kind === "integer";
      return [name, isNumber ? Number(value) : row.kind === "flag" ? value === "true" : value];
    }),
  );
}

/** Partners that are modelled, by the documents of their protocols. */
function partnerOf(kind: Kind, profile: string): BusPartner {
  if (kind === "charger") {
    if (profile === "elcon") return createElconCharger();
    throw new UsageError(`there is a modelled charger for profile elcon only, not for ${profile}`);
  }
  const alike: Readonly<Record<string, InverterKind>> = {
    deye: "pylontech",
    solArk: "pylontech",
    luxpower: "pylontech",
  };
  if (profile === "sofar" || profile === "goodwe")
    throw new UsageError(`there is no modelled inverter for profile ${profile}`);
  const own =
    (["pylontech", "sma", "victron", "growatt"] as const).find((each) => each === profile) ??
    alike[profile] ??
    "pylontech";
  return createHybridInverter({ ...HYBRID, kind: own, silence_s: own === "victron" ? 3 : 55 });
}
