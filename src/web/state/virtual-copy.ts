// A virtual pack with the settings of a device, to try things on it.

import { withoutSecrets } from "../../model/secrets.ts";
import { createSettings, getSetting, SETTING_BY_NAME } from "../../model/settings.ts";
import { BENCH, type VirtualStart } from "../worker/messages.ts";
import type { Monitor } from "./monitor.ts";

/** What makes the copy. Rejects where the device does not tell its settings. */
export async function copyOf(monitor: Monitor, name: string): Promise<VirtualStart> {
  const { values } = await monitor.ask("settings", {});
  const plain = createSettings();
  const changes = Object.entries(withoutSecrets(values)).filter(
    ([setting, value]) =>
      SETTING_BY_NAME.has(setting) && JSON.stringify(getSetting(plain, setting)) !== JSON.stringify(value),
  );
  return { name, scenario: BENCH, seed: 1, changes: Object.fromEntries(changes), speed: 1 };
}
