// A virtual device with the project's real console at a serial port as a browser gives it (Web Serial): bytes written to the port go
// into the console, what it says comes out. Time passes in the device when bytes come: a tick for each piece.

import { createLoginGuard } from "../../src/base/login-guard.ts";
import { createApplication, createChargerReports, createSession } from "../../src/canopen/application.ts";
import { deviceNodeOptions } from "../../src/canopen/device-node.ts";
import { createNode, poll } from "../../src/canopen/node.ts";
import type { Dictionary } from "../../src/canopen/object.ts";
import type { SdoResult } from "../../src/canopen/sdo-client-state.ts";
import { copyImage, createImageReader } from "../../src/core/signal-image.ts";
import { type BusSide, ConsoleDesk, type DeviceDesk } from "../../src/device/console-desk.ts";
import { ConsolePort } from "../../src/device/console-port.ts";
import type { Answer, Asked, LoginOutcome, Outcome } from "../../src/model/asking.ts";
import { createSettings } from "../../src/model/settings.ts";
import type { Shown } from "../../src/model/shown.ts";
import { IMAGE_SIZE } from "../../src/model/signal-image.ts";
import { benchWorld } from "../../src/virtual/bench.ts";
import { ask, plainScenario } from "../../src/virtual/device.ts";
import { createVirtualPack, tickPack, type VirtualPack } from "../../src/virtual/virtual-pack.ts";
import { IDENTITY } from "../../tools/fuzz/modbus-rig.ts";

export const PASSWORD = 'correct "horse" battery';
const TICK_us = 10_000;
const SILENCE: SdoResult = { ok: false, abort: 0x0504_0000, by: "client" };

/** A console at a virtual pack: bytes in, text out. */
export type UsbDevice = {
  readonly pack: VirtualPack;
  /** Somebody plugs in; returns where bytes go. */
  readonly attach: (write: (text: string) => void) => { readonly take: (bytes: Uint8Array) => void; close: () => void };
  /** Lets time pass in the device. */
  readonly pass: (time_s: number) => void;
};

/** A pack on the bench with the service password PASSWORD. */
export function createUsbDevice(seed = 1): UsbDevice {
  const settings = createSettings();
  const scenario = plainScenario(benchWorld(settings), settings);
  const pack = createVirtualPack({ scenario, settings, seed, program: "bms-mini", began_ms: 1_700_000_000_000 });
  const { device } = pack;
  const now_us = (): number => 1_000_000 + device.run.time_us;
  const show = showing(pack);
  const desk: DeviceDesk = {
    show,
    get isAwake() {
      return device.run.awake === 1;
    },
    hand: (asked, by, done) => hand(pack, asked, by.actor, done),
  };
  const side = sideOf(show, now_us);
  const pass = (time_s: number): void => {
    for (let tick = 0; tick < time_s * 100; tick++) tickPack(pack, TICK_us);
  };
  return {
    pack,
    pass,
    attach: (write) => {
      const line = { write, guard: (act: () => void) => act(), now_us };
      const port = new ConsolePort(new ConsoleDesk(desk, side, { actor: "USB console", isLocal: true }, now_us), line);
      return {
        take: (bytes) => {
          port.take(bytes);
          pass(0.01);
        },
        close: () => port.close(),
      };
    },
  };
}

function showing({ device, journal }: VirtualPack): () => Shown {
  const image = new Float64Array(IMAGE_SIZE);
  let reader = createImageReader(device.bms);
  return () => {
    if (reader.bms !== device.bms) reader = createImageReader(device.bms);
    copyImage(reader, image);
    return { image, settings: device.bms.settings, journal: journal.ring, identity: IDENTITY };
  };
}

/** As the device's own desk does it: the next tick answers. */
function hand({ device }: VirtualPack, asked: Asked, actor: string, done: (outcome: Outcome) => void): void {
  if (asked.kind === "login") {
    const login: LoginOutcome = asked.password === PASSWORD ? "granted" : "wrong";
    done({ kind: "login", login });
    return;
  }
  const answers: Answer[] = [];
  for (const asking of asked.asks)
    ask(
      device,
      asking,
      (answer) => {
        if (answers.push(answer) === asked.asks.length) done({ kind: "answers", answers });
      },
      actor,
    );
}

/** A bus on which nobody else is. */
function sideOf(show: () => Shown, now_us: () => number): BusSide {
  const guard = createLoginGuard();
  const charger = createChargerReports();
  const session = createSession({ actor: "CAN", peer: "can", isLocal: true });
  const application = createApplication({ show, guard, charger, session });
  const dictionary = (): Dictionary => node.dictionary;
  const node = createNode(deviceNodeOptions(application, { stored: undefined, dictionary }));
  poll(node, now_us());
  return {
    ...{ logins: guard, charger },
    node: { node, poke: () => undefined, handFile: (_, done) => done({ kind: "files", files: [] }) },
    master: {
      read: async () => SILENCE,
      write: async () => SILENCE,
      nmt: () => undefined,
      lss: async (task) => {
        let next = task.next();
        while (next.done !== true) next = task.next(undefined);
        return next.value;
      },
    },
  };
}
