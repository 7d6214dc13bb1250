// A console in this process: the real desk over the device's dictionary and its node, on a bus where nobody answers. What was given to
// others is noted.

import { deviceNodeOptions } from "../../src/canopen/device-node.ts";
import type { LssTask } from "../../src/canopen/lss-master.ts";
import { createNode, poll } from "../../src/canopen/node.ts";
import type { Node } from "../../src/canopen/node-state.ts";
import type { Dictionary, FileOutcome } from "../../src/canopen/object.ts";
import type { SdoResult } from "../../src/canopen/sdo-client-state.ts";
import { type BusSide, ConsoleDesk, type ConsolePeer, type DeviceDesk } from "../../src/device/console-desk.ts";
import { ConsolePort } from "../../src/device/console-port.ts";
import { createDictionaryRig, type DictionaryRig, outcomeOf } from "./dictionary-rig.ts";

export type ConsoleRig = {
  readonly device: DictionaryRig;
  readonly node: Node;
  /** What went to other nodes that changes something: "write 5", "nmt 0 stop", "lss 17". */
  readonly given: string[];
  /** Requests over the bus that are not answered yet. */
  waiting: number;
  /** A new console on it. */
  readonly attach: (peer: ConsolePeer, write: (text: string) => void) => ConsolePort;
};

const SILENCE: SdoResult = { ok: false, abort: 0x0504_0000, by: "client" };

export function createConsoleRig(): ConsoleRig {
  const device = createDictionaryRig();
  const dictionary = (): Dictionary => node.dictionary;
  const node: Node = createNode(deviceNodeOptions(device.application, { stored: undefined, dictionary }));
  poll(node, device.now_us);
  const desk: DeviceDesk = {
    ...{ show: device.application.show, isAwake: true },
    hand: (asked, _, done) => {
      const outcome = outcomeOf(device, asked);
      if (outcome.kind === "answers" || outcome.kind === "login" || outcome.kind === "busy") done(outcome);
    },
  };
  const attach = (peer: ConsolePeer, write: (text: string) => void): ConsolePort => {
    const line = { write, guard: (act: () => void) => act(), now_us: () => device.now_us };
    return new ConsolePort(new ConsoleDesk(desk, sideOf(rig), peer, line.now_us), line);
  };
  const rig: ConsoleRig = { device, node, given: [], waiting: 0, attach };
  return rig;
}

function sideOf(rig: ConsoleRig): BusSide {
  const { device, node, given } = rig;
  const later = async <T>(value: T): Promise<T> => {
    rig.waiting++;
    await null;
    rig.waiting--;
    return value;
  };
  return {
    ...{ logins: device.application.guard, charger: device.application.charger },
    node: {
      ...{ node, poke: () => void poll(node, device.now_us) },
      handFile: (asked, done) => done(outcomeOf(device, asked) as FileOutcome),
    },
    master: {
      read: () => later(SILENCE),
      write: (to) => {
        given.push(`write ${to}`);
        return later(SILENCE);
      },
      nmt: (to, command) => void given.push(`nmt ${to} ${command}`),
      lss: (task) => later(unheard(task, given)),
    },
  };
}

/** Commands of LSS that only ask. */
const ASKING = [0x5a, 0x5b, 0x5c, 0x5d, 0x5e];

/** A dialogue in which nobody answers. */
function unheard<T>(task: LssTask<T>, given: string[]): T {
  let next = task.next();
  while (next.done !== true) {
    const command = next.value.data[0]!;
    if (!ASKING.includes(command)) given.push(`lss ${command.toString(16)}`);
    next = task.next(undefined);
  }
  return next.value;
}
