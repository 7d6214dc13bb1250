// Who else is on the buses of a virtual pack: a display that reads the node and gives the SYNC, a control room that reads registers, and
// the inverter and charger that the settings speak to. They talk and listen; the current of the modelled pack does not follow them.

import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import { COB } from "../canopen/cob-id.ts";
import { pollSdoClient, startUpload, takeSdoAnswer } from "../canopen/sdo-client.ts";
import { createSdoClient, isBusy, type SdoClientStep } from "../canopen/sdo-client-state.ts";
import { SIGNAL_INDEXES } from "../canopen/signal-indexes.ts";
import { readRequest } from "../modbus/client.ts";
import { SIGNAL_ADDRESSES } from "../modbus/signal-addresses.ts";
import type { Settings } from "../model/settings.ts";
import type { BusPartner } from "../sim/partners/bus-partner.ts";
import { createElconCharger, type ElconCharger } from "../sim/partners/elcon-charger.ts";
import { createHybridInverter, HYBRID, type InverterKind } from "../sim/partners/hybrid-inverter.ts";

export type Partner = Pick<BusPartner, "hear" | "live">;

const DISPLAY = 1;
const OPERATIONAL = 5;
const SECOND_us = 1_000_000;
/** What the display shows, one after another. */
const SHOWN = ["soc", "battery_V", "current_A", "minCell_V", "maxCell_V", "maxTemperature_degC"] as const;

/** A display at node-ID 1: a heartbeat, a SYNC and one value of the device in each second. */
export function createDisplay(nodeIdOf: () => number): Partner {
  const client = createSdoClient();
  const waiting: CanFrame[] = [];
  let said_us = Number.NEGATIVE_INFINITY;
  let next = 0;
  const put = ({ send }: SdoClientStep): void => {
    for (const data of send) waiting.push(standardFrame(COB.sdoRequest + nodeIdOf(), data));
  };
  const speak = (now_us: number): void => {
    waiting.push(standardFrame(COB.errorControl + DISPLAY, Uint8Array.of(OPERATIONAL)));
    waiting.push(standardFrame(COB.sync, new Uint8Array(0)));
    if (isBusy(client)) return;
    put(startUpload(client, SIGNAL_INDEXES[SHOWN[next++ % SHOWN.length]!], 0, "plain", now_us));
  };
  return {
    hear: ({ id, extended, remote, data }, now_us) => {
      if (!extended && !remote && id === COB.sdoAnswer + nodeIdOf() && isBusy(client))
        put(takeSdoAnswer(client, data, now_us));
    },
    live: (now_us) => {
      if (client.deadline_us !== undefined && now_us >= client.deadline_us) put(pollSdoClient(client, now_us));
      if (now_us - said_us >= SECOND_us) {
        said_us = now_us;
        speak(now_us);
      }
      return waiting.splice(0);
    },
  };
}

/** Registers that the control room reads, in turn: first name and how many. */
const READ = [
  ["battery_V", 6],
  ["soc", 4],
  ["minCell_V", 8],
  ["temperatures_degC", 12],
] as const;
const ROOM_us = 2_000_000;

/** Requests of Modbus as they come. */
export type ControlRoom = { readonly ask: (now_us: number) => Uint8Array | undefined };

export function createControlRoom(): ControlRoom {
  let asked_us = Number.NEGATIVE_INFINITY;
  let next = 0;
  return {
    ask: (now_us) => {
      if (now_us - asked_us < ROOM_us) return undefined;
      asked_us = now_us;
      const [name, count] = READ[next++ % READ.length]!;
      return readRequest("input", SIGNAL_ADDRESSES[name], count);
    },
  };
}

/** Which documents an inverter of a profile speaks by. */
const KINDS: Readonly<Record<Exclude<Settings["inverter"]["profile"], "none">, InverterKind>> = {
  pylontech: "pylontech",
  deye: "pylontech",
  solArk: "pylontech",
  luxpower: "pylontech",
  sofar: "pylontech",
  sma: "sma",
  goodwe: "sma",
  victron: "victron",
  growatt: "growatt",
};

/** Whether the settings speak to anybody, so that the bus matters to the device also while nobody looks. */
export const expectsPartners = (settings: Settings): boolean =>
  settings.inverter.profile !== "none" ||
  [settings.j1939Charger, settings.eltekCharger, settings.cia419Charger, settings.genericCharger].some(
    ({ enable }) => enable,
  );

/** The partners that the settings speak to, as far as there are models of them. */
export function createPartners(settings: Settings): {
  readonly partners: readonly Partner[];
  readonly charger: ElconCharger | undefined;
} {
  const { profile } = settings.inverter;
  const inverter = profile === "none" ? [] : [createHybridInverter({ ...HYBRID, kind: KINDS[profile] })];
  const charger = settings.j1939Charger.enable ? createElconCharger() : undefined;
  return { partners: [...inverter, ...(charger === undefined ? [] : [charger])], charger };
}
