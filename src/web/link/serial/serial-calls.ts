// What a console can carry out of the operations of a monitor, one row each.

import { batteryRecord } from "../../../core/battery-record.ts";
import type { Snapshot } from "../../../core/snapshot.ts";
import { FAULT_NUMBERS } from "../../../model/frozen-numbers.ts";
import { hideSecrets, settingChanges } from "../../../model/kept-settings.ts";
import type { Settings } from "../../../model/settings.ts";
import { IMAGE_PLACES } from "../../../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../../../model/signals.ts";
import { allSettings } from "../../../monitor/desk-settings.ts";
import type { OperationName } from "../../../monitor/operations.ts";
import type { AnswerTo, Input } from "../../../monitor/schemas.ts";
import { keyOf } from "../../../monitor/tell-device.ts";
import { tellSnapshot } from "../../../monitor/tell-snapshot.ts";
import type { DeviceTold } from "../../../monitor/told.ts";
import { ProblemError } from "../link.ts";
import type { ConsoleLine } from "./console-line.ts";
import { applySerial, checkSerial } from "./serial-settings.ts";
import { quoted } from "./setting-text.ts";

/** What the calls need of the link while its line is up. */
export type SerialSide = {
  readonly line: ConsoleLine;
  readonly image: Float64Array;
  readonly time_us: () => number;
  readonly settings: () => Settings;
  readonly refresh: () => Promise<void>;
  /** Reads every signal now, not only those that are looked at. */
  readonly readAll: () => Promise<void>;
  readonly device: () => DeviceTold;
};

type Handler<K extends OperationName> = (side: SerialSide, input: Input<K>) => Promise<AnswerTo<K>>;

const DONE = { done: true } as const;
const NO_EFFECTS = "Over USB a device does not say beforehand what changes would do to it.";
const ALL_FAULTS = 0xffff;

/** Whoever sits at the port: by the device's own rules, and what was logged in. */
async function session({ line, settings }: SerialSide): Promise<AnswerTo<"session">> {
  const { settingsAccess, controlAccess } = settings().canopen;
  const isIn = settingsAccess === "open" || (await line.ask("r session.loggedIn", true)).startsWith("1");
  const role = isIn ? "service" : controlAccess === "login" ? "viewer" : "operator";
  return { name: isIn ? "service" : null, role, needsOwner: false, csrf: "" };
}

async function order(side: SerialSide, command: string): Promise<typeof DONE> {
  await side.line.ask(command, true);
  return DONE;
}

async function apply(
  side: SerialSide,
  { changes, settingsKey }: Input<"applySettings">,
): Promise<AnswerTo<"applySettings">> {
  await side.refresh();
  const before = side.settings();
  if (settingsKey !== undefined && settingsKey !== keyOf(before)) {
    const detail = "the settings were changed by somebody else meanwhile: look at them again";
    throw new ProblemError({ kind: "conflict", detail });
  }
  await applySerial(side.line, before, changes);
  await side.refresh();
  const after = side.settings();
  return { settingsKey: keyOf(after), changes: hideSecrets(settingChanges(before, after)) };
}

const snapshotOf = (image: Float64Array): Snapshot =>
  Object.fromEntries(
    SIGNAL_NAMES.map((name) => {
      const { at, count } = IMAGE_PLACES.get(name)!;
      return [name, SIGNALS[name]!.per === undefined ? image[at]! : Array.from(image.subarray(at, at + count))];
    }),
  );

async function acknowledge(side: SerialSide, { faults }: Input<"acknowledge">): Promise<typeof DONE> {
  const numbers = faults?.map((name) => FAULT_NUMBERS[name]) ?? [ALL_FAULTS];
  for (const number of numbers) await order(side, `w session.acknowledge ${number}`);
  return DONE;
}

const isAnyClosed = ({ contactors }: DeviceTold): boolean =>
  contactors.some(({ closed, phase }) => closed || phase !== "open");

export const SERIAL_CALLS: { readonly [K in OperationName]?: Handler<K> } = {
  session,
  logIn: async (side, { password }) => {
    await side.line.ask(`login ${quoted(password)}`, true);
    return session(side);
  },
  logOut: (side) => order(side, "logout"),
  device: async (side) => side.device(),
  snapshot: async (side) => {
    await side.readAll();
    return tellSnapshot(side.image, side.time_us());
  },
  settings: async (side) => {
    await side.refresh();
    return { settingsKey: keyOf(side.settings()), values: allSettings(side.settings()), made: {} };
  },
  checkSettings: async (side, { changes }) =>
    checkSerial(side.settings(), changes, isAnyClosed(side.device()), NO_EFFECTS),
  applySettings: apply,
  command: (side, { command, argument = 0 }) => order(side, `w command.${command} ${argument}`),
  acknowledge,
  override: (side, { signal, value }) => order(side, `w vendor.override.${signal} ${value}`),
  record: async (side) => {
    await side.readAll();
    return { record: batteryRecord(snapshotOf(side.image), side.settings(), { firstUsed_ms: undefined }) };
  },
};
