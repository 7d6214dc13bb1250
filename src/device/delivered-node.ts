// The device's node as it is delivered, on no bus: for its names, its data sheet and the documents made of them.

import { createLoginGuard } from "../base/login-guard.ts";
import { createApplication, createChargerReports, createSession } from "../canopen/application.ts";
import { deviceNodeOptions, edsFacts } from "../canopen/device-node.ts";
import { edsText } from "../canopen/eds.ts";
import { createNode } from "../canopen/node.ts";
import type { Node } from "../canopen/node-state.ts";
import type { Dictionary } from "../canopen/object.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import type { Identity } from "../model/shown.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../model/signal-image.ts";
import { versionOf } from "./version.ts";

const [major = 0, minor = 0, patch = 0] = versionOf().split(/[.-]/).map(Number);
const IDENTITY: Identity = {
  ...{ vendor: "bms-mini", product: "bms-mini", model: "BMS Mini 2.1", url: "https://www.npmjs.com/package/bms-mini" },
  ...{
    hardware: [2, 1],
    firmware: [major, minor, patch],
    address: [0, 0, 0, 0],
    netmask: [0, 0, 0, 0],
    gateway: [0, 0, 0, 0],
  },
};

/** An input signal that no software drives. */
const FOLLOWS = 2;

/** A node with default settings. @param change settings that differ */
export function deliveredNode(change: (settings: Settings) => void = () => {}): Node {
  const image = new Float64Array(IMAGE_SIZE);
  const { at, count } = IMAGE_PLACES.get("overrides")!;
  image.fill(FOLLOWS, at, at + count);
  const settings = createSettings();
  change(settings);
  const application = createApplication({
    session: createSession({ actor: "CAN", peer: "can", isLocal: true }),
    ...{ guard: createLoginGuard(), charger: createChargerReports() },
    show: () => ({ image, settings, journal: { records: [], last: 32 }, identity: IDENTITY }),
  });
  const node: Node = createNode(deviceNodeOptions(application, { dictionary: (): Dictionary => node.dictionary }));
  return node;
}

/** Its electronic data sheet (CiA 306). */
export const deliveredSheet = (): string => edsText(deliveredNode().dictionary, edsFacts(IDENTITY));
