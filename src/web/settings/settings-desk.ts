// The settings of one device as the page works on them: those in force, what is staged, how both are judged here and by the device.
// One for each device, so that another page, a reload or a broken connection loses nothing.

import { createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import { defaultAbove, FOUNDATIONS, presetBelow } from "../../model/preset-below.ts";
import { SECRET_SETTINGS } from "../../model/secrets.ts";
import {
  copySettings,
  createSettings,
  getSetting,
  putSetting,
  SETTING_BY_NAME,
  type Settings,
  type SettingValue,
  type Violation,
} from "../../model/settings.ts";
import { changesTowards } from "../../monitor/changes-towards.ts";
import { isAllowed } from "../../monitor/operations.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { ProblemError } from "../link/link.ts";
import type { Monitor } from "../state/monitor.ts";
import { recall, remember } from "../state/remembered.ts";
import { settingsOf } from "../state/settings.ts";
import { texts } from "../texts/texts.ts";
import {
  clashesOf,
  equalValues,
  type Judged,
  judge,
  keepMine,
  NOTHING_STAGED,
  packStaged,
  type Staged,
  stage,
  stageAll,
  unpackStaged,
  unstage,
  type Values,
} from "./staged.ts";

/** `made`: the settings the device was made with, which its revisions tell the differences from. */
export type InForce = { readonly key: string; readonly settings: Settings; readonly made: Settings };
/** What the device says of staged changes. */
export type Preview = { readonly of: Staged; readonly key: string; readonly answer: AnswerTo<"checkSettings"> };
export type Notice = { readonly kind: "done" | "problem"; readonly text: string };

export type SettingsDesk = ReturnType<typeof createSettingsDesk>;

const T = texts.settings;
const NOTHING_JUDGED: Judged = { settings: undefined, changes: [], violations: [] };
const desks = new WeakMap<Monitor, SettingsDesk>();

/** The desk of a device, which stays as it is while the person looks at other pages. */
export function settingsDeskOf(monitor: Monitor): SettingsDesk {
  const found = desks.get(monitor) ?? createRoot(() => createSettingsDesk(monitor));
  desks.set(monitor, found);
  return found;
}

/** Where the browser keeps what is staged for a device. The what-if takes its changes from there. */
export const stagedKey = (setup: string): string => `bms-staged ${setup}`;

function createSettingsDesk(monitor: Monitor) {
  const state = createState(monitor);
  const reading = readingOf(state);
  const role = () => monitor.session()?.role ?? undefined;
  return {
    ...state,
    ...reading,
    ...deedsOn(state, reading),
    mayChange: (): boolean => isAllowed(role(), "service"),
    /** A group may belong to the owner alone. */
    mayChangeSetting: (name: string): boolean =>
      isAllowed(role(), SETTING_BY_NAME.get(name)?.group.access ?? "service"),
    apply: (): Promise<void> => apply(monitor, state),
  };
}

type State = ReturnType<typeof createState>;

function createState(monitor: Monitor) {
  const [inForce, setInForce] = createSignal<InForce>();
  const [staged, setStaged] = createSignal<Staged>(NOTHING_STAGED);
  /** Text in fields that is no value of its setting. */
  const [drafts, setDrafts] = createSignal<Readonly<Record<string, string>>>({});
  const [notice, setNotice] = createSignal<Notice>();
  const [isBusy, setBusy] = createSignal(false);
  const load = async (): Promise<void> => {
    const answer = await monitor.ask("settings", {}).catch(() => undefined);
    if (answer === undefined) return;
    const { settingsKey: key, values, made } = answer;
    setInForce({ key, settings: settingsOf(values), made: settingsOf(made) });
  };
  keepInBrowser(monitor, staged, setStaged);
  createEffect(
    on(
      () => monitor.device()?.settingsKey,
      (key) => key !== undefined && key !== inForce()?.key && void load(),
    ),
  );
  return { inForce, staged, setStaged, drafts, setDrafts, notice, setNotice, isBusy, setBusy, load };
}

type Reading = ReturnType<typeof readingOf>;

/** What follows from what is in force and what is staged. */
function readingOf({ inForce, staged }: State) {
  const judged = createMemo(() => (inForce() === undefined ? NOTHING_JUDGED : judge(inForce()!.settings, staged())));
  const changed = createMemo(() => new Map(judged().changes.map((change) => [change.name, change])));
  const below = createMemo(() => {
    const settings = copySettings(inForce()?.settings ?? createSettings());
    for (const name of FOUNDATIONS) putSetting(settings, name, changed().get(name)?.to ?? getSetting(settings, name)!);
    return presetBelow(settings); // also while something else is wrong
  });
  const value = (name: string): SettingValue => changed().get(name)?.to ?? getSetting(inForce()!.settings, name)!;
  const usual = (name: string): SettingValue => defaultAbove(below(), name);
  return {
    judged,
    /** What would change, by name. */
    changed,
    /** The value with the staged changes. */
    value,
    /** As shipped, or what chemistry, cells and capacity give. */
    usual,
    isUsual: (name: string): boolean => equalValues(value(name), usual(name)),
    clashes: createMemo(() => (inForce() === undefined ? [] : clashesOf(staged(), inForce()!.settings))),
  };
}

/** What a person does to what is staged. */
function deedsOn({ inForce, staged, setStaged, drafts, setDrafts, setNotice }: State, { judged }: Reading) {
  const wish = (next: Staged): void => {
    setStaged(next);
    setNotice(undefined);
  };
  const dropDraft = (name: string): void => {
    if (name in drafts()) setDrafts(Object.fromEntries(Object.entries(drafts()).filter(([each]) => each !== name)));
  };
  return {
    put: (name: string, value: SettingValue): void => {
      dropDraft(name);
      wish(stage(staged(), inForce()!.settings, name, value));
    },
    draft: (name: string, text: string): void => {
      setDrafts({ ...drafts(), [name]: text });
    },
    revert: (name: string): void => {
      dropDraft(name);
      wish(unstage(staged(), name));
    },
    discard: (): void => {
      setDrafts({});
      wish(NOTHING_STAGED);
    },
    keepMine: (name: string): void => {
      setStaged(keepMine(staged(), inForce()!.settings, name));
    },
    /** What leads from the settings in force to others, in place of all that was staged. Gives how many changes that takes. */
    aim: (target: Settings): number => {
      const changes: Values = changesTowards(inForce()!.settings, target);
      setDrafts({});
      wish(stageAll(inForce()!.settings, changes));
      return judged().changes.length;
    },
  };
}

async function apply(monitor: Monitor, state: State): Promise<void> {
  const { inForce, staged, setStaged, setDrafts, setNotice, setBusy, load } = state;
  setBusy(true);
  try {
    const wanted = { changes: staged().changes, settingsKey: inForce()!.key };
    const { changes } = await monitor.ask("applySettings", wanted);
    await load();
    setDrafts({});
    setStaged(NOTHING_STAGED);
    setNotice({ kind: "done", text: T.applied(changes.length) });
  } catch (error) {
    await load();
    setNotice({ kind: "problem", text: problemText(error) });
  } finally {
    setBusy(false);
  }
}

/** Survives a reload, and so a server that restarts. */
function keepInBrowser(monitor: Monitor, staged: () => Staged, setStaged: (staged: Staged) => void): void {
  const key = (): string | undefined =>
    monitor.device() === undefined ? undefined : stagedKey(monitor.device()!.setup);
  const name = createMemo(key);
  createEffect(on(name, (known) => known !== undefined && setStaged(unpackStaged(recall("sessionStorage", known)))));
  createEffect(
    on(
      staged,
      (now) => {
        if (name() !== undefined) remember("sessionStorage", name()!, packStaged(now));
      },
      { defer: true },
    ),
  );
}

export function problemText(error: unknown): string {
  if (!(error instanceof ProblemError)) return String(error);
  const { kind, detail, violations = [] } = error.problem;
  if (kind === "conflict") return T.changedMeanwhile;
  return [detail, ...violations.map(({ setting, reason }: Violation) => `${setting}: ${reason}`)].join("; ");
}

export const isSecret = (name: string): boolean => SECRET_SETTINGS.includes(name);
