// Where a monitor is to be found, in a line for a terminal. The code for the first owner proves that its reader stands at the machine.

import type { MonitorPlace } from "../device/monitor-frames.ts";

export const placeText = ({ urls, code }: MonitorPlace): string =>
  `monitor: ${urls.join(", ")}${code === undefined ? "" : `  (first start: make the owner there with the code ${code})`}`;
