// All objects of the device but those of communication (1000h to 1FFFh), which are the node's: its signals, its settings, what can be
// asked of it, its logs, the vendor's objects and those of a CiA 418 battery module. No two stand at one index, which a test proves.

import type { Application } from "./application.ts";
import { batteryModule } from "./battery-module.ts";
import { journalObjects } from "./journal-objects.ts";
import { logObjects } from "./log-objects.ts";
import type { DictionaryObject } from "./object.ts";
import { orderObjects } from "./order-objects.ts";
import { settingObjects } from "./setting-objects.ts";
import { signalObjects } from "./signal-objects.ts";
import { vendorObjects } from "./vendor-objects.ts";

/** Made once for each session; reading and writing them is cheap. */
export const applicationObjects = (application: Application): readonly DictionaryObject[] => [
  ...signalObjects(application),
  ...settingObjects(application),
  ...vendorObjects(application),
  ...orderObjects(application),
  ...logObjects(application),
  ...journalObjects(application),
  ...batteryModule(application),
];
