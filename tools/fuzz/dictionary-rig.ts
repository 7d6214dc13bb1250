// The objects of the device in this process, without any bus: a real core, shown as the device shows it, with what is asked taken by the
// next tick and a clock that the test holds.

import { createLoginGuard } from "../../src/base/login-guard.ts";
import {
  type Application,
  createApplication,
  createChargerReports,
  createSession,
  turnTo,
} from "../../src/canopen/application.ts";
import { applicationObjects } from "../../src/canopen/application-objects.ts";
import { readEntry, writeEntry } from "../../src/canopen/dictionary.ts";
import {
  type Dictionary,
  DONE,
  type FileAsked,
  type FileOutcome,
  type Awaited as Waiting,
} from "../../src/canopen/object.ts";
import { type Bms, createBms, step } from "../../src/core/bms.ts";
import { createSensors } from "../../src/core/sensors.ts";
import { copyImage, createImageReader } from "../../src/core/signal-image.ts";
import { createVendorJournal } from "../../src/log/vendor-journal.ts";
import type { Asked, Asking, LoginOutcome, Outcome } from "../../src/model/asking.ts";
import { createSettings, type Settings } from "../../src/model/settings.ts";
import type { ErrorRing } from "../../src/model/shown.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../../src/model/signal-image.ts";
import { IDENTITY } from "./modbus-rig.ts";

export type DictionaryRig = {
  readonly bms: Bms;
  readonly application: Application;
  readonly dictionary: Dictionary;
  readonly held: Map<number, number>;
  now_us: number;
  /** Everything that was asked of the device. */
  readonly asked: Asking[];
  /** What a password check answers. */
  login: LoginOutcome;
  isBusy: boolean;
  readonly logs: Map<string, Uint8Array>;
  journal: ErrorRing;
};

const ACTOR = { actor: "CAN", peer: "can", isLocal: true };

/** @param change settings to be changed */
export function createDictionaryRig(
  change: (settings: Settings) => void = () => {},
  who: Partial<typeof ACTOR> = {},
): DictionaryRig {
  const settings = createSettings();
  change(settings);
  const bms = createBms(settings);
  const image = new Float64Array(IMAGE_SIZE);
  const held = new Map<number, number>();
  const reader = createImageReader(bms);
  const application = createApplication({
    session: createSession({ ...ACTOR, ...who }),
    guard: createLoginGuard(),
    charger: createChargerReports(),
    show: () => {
      copyImage(reader, image);
      for (const [at, value] of held) image[at] = value;
      return { image, settings: bms.settings, journal: rig.journal, identity: IDENTITY };
    },
  });
  const dictionary = new Map(applicationObjects(application).map((object) => [object.index, object]));
  const rig: DictionaryRig = {
    ...{ bms, application, dictionary, held, now_us: 1_000_000, asked: [], login: "granted", isBusy: false },
    ...{ logs: new Map<string, Uint8Array>(), journal: createVendorJournal() },
  };
  return rig;
}

/** Holds a signal at a value, whatever the core says. */
export function holdSignal(rig: DictionaryRig, name: string, value: number, element = 0): void {
  rig.held.set(IMAGE_PLACES.get(name)!.at + element, value);
}

/** The bytes of an entry, or the abort code. */
export function readObject(rig: DictionaryRig, index: number, subIndex = 0): Uint8Array | number {
  turnTo(rig.application, rig.now_us);
  const result = readEntry(rig.dictionary, index, subIndex);
  return typeof result === "object" && "asked" in result ? finished(rig, result) : result;
}

/** 0, or the abort code. */
export function writeObject(rig: DictionaryRig, index: number, subIndex: number, data: Uint8Array): number {
  turnTo(rig.application, rig.now_us);
  const result = writeEntry(rig.dictionary, index, subIndex, data);
  const end = typeof result === "object" ? finished(rig, result) : result;
  return end === DONE ? 0 : end;
}

const finished = <T>(rig: DictionaryRig, { asked, finish }: Waiting<T>): T | number => finish(outcomeOf(rig, asked));

/** What the device does with what was asked, and answers. */
export function outcomeOf(rig: DictionaryRig, asked: Asked | FileAsked): Outcome | FileOutcome {
  if (rig.isBusy) return { kind: "busy" };
  switch (asked.kind) {
    case "login":
      return { kind: "login", login: rig.login };
    case "ask":
      rig.asked.push(...asked.asks);
      step(rig.bms, createSensors(), asked.asks, 10_000);
      return { kind: "answers", answers: rig.bms.answers };
    case "store":
      return { kind: "stored", ok: true };
    case "files":
      return { kind: "files", files: [...rig.logs].map(([name, { length }]) => ({ name, bytes: length })) };
    case "file": {
      const data = rig.logs.get(asked.name);
      if (data === undefined) return { kind: "noFile" };
      return { kind: "file", data: data.subarray(asked.offset, asked.offset + asked.length) };
    }
  }
}
