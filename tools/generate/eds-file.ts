// docs/bms-mini.eds: the data sheet of the node as it is delivered, from the dictionary it answers with.

import { createLoginGuard } from "../../src/base/login-guard.ts";
import { createApplication, createChargerReports, createSession } from "../../src/canopen/application.ts";
import { deviceNodeOptions, edsFacts } from "../../src/canopen/device-node.ts";
import { edsText } from "../../src/canopen/eds.ts";
import { createNode } from "../../src/canopen/node.ts";
import type { Node } from "../../src/canopen/node-state.ts";
import type { Dictionary } from "../../src/canopen/object.ts";
import { versionOf } from "../../src/device/version.ts";
import { createSettings, type Settings } from "../../src/model/settings.ts";
import type { Identity } from "../../src/model/shown.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../../src/model/signal-image.ts";

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

/** A node with default settings, on no bus. @param change settings that differ */
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

export const edsFile = (): string => edsText(deliveredNode().dictionary, edsFacts(IDENTITY));
