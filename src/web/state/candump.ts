// Frames of the page as a file of can-utils ("candump -l"), which Wireshark, python-can and `bms can play` read. What carries a password
// and what is no frame of CAN is left out, and counted.

import { bytesOfHex } from "../../base/hex.ts";
import { type CanFrame, candumpLine } from "../../log/can-frame.ts";
import type { BusFrame } from "../../monitor/told.ts";

export type Candump = { readonly text: string; readonly frames: number; readonly left: number };

const BUS = "can0";

/** In the order in which they came. `direction` stands behind each line, R or T, as can-utils writes it with -x. */
export function candumpOf(frames: readonly BusFrame[]): Candump {
  const lines: string[] = [];
  let left = 0;
  for (const frame of frames) {
    if (frame.bus !== "can") continue;
    const data = bytesOfHex(frame.data);
    if (frame.isHidden === true || data === undefined) {
      left++;
      continue;
    }
    const remote = frame.remote_bytes !== undefined;
    const direction = frame.direction === "sent" ? "tx" : "rx";
    const can: CanFrame = {
      ...{ bus: BUS, id: Number.parseInt(frame.id, 16), extended: frame.id.length > 3, remote, error: false, data },
      ...{ length: frame.remote_bytes ?? data.length, direction },
    };
    lines.push(`${candumpLine(can, frame.time_us)} ${direction === "tx" ? "T" : "R"}\n`);
  }
  return { text: lines.join(""), frames: lines.length, left };
}
