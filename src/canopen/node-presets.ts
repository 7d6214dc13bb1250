// What the device's settings say of a node's parameters of communication.

import type { Settings } from "../model/settings.ts";
import type { Presets } from "./communication-parameters.ts";
import { receivePdos, transmitPdos } from "./pdo-defaults.ts";

/** 1F80h: Operational by itself. Chargers and displays seldom have an NMT master beside them. */
const STARTS_ITSELF = 0;

/** What the settings say of the parameters of communication, PDOs included. */
export const nodePresets = ({ can, canopen }: Settings): Presets => ({
  ...{ heartbeat_ms: can.heartbeat_ms, sync_ms: can.sync_ms, startup: STARTS_ITSELF },
  transmit: transmitPdos(canopen.pdoSet),
  receive: receivePdos(canopen.pdoSet),
});
