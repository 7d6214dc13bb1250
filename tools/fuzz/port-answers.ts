// Whether the ports of a running device answer: both doors of its bus, its consoles, Modbus TCP.

import { join } from "node:path";
import { type CanFrame, standardFrame } from "../../src/base/can-frame.ts";
import type { CanLink, CanLinkEvents } from "../../src/device/can-link.ts";
import { ConsoleClient, type ConsoleTarget } from "../../src/device/console-client.ts";
import { MACHINE_CLOCK } from "../../src/device/machine-clock.ts";
import { ModbusClient } from "../../src/device/modbus-client.ts";
import { openSlcan } from "../../src/device/slcan-link.ts";
import { openSocketcand } from "../../src/device/socketcand-link.ts";

export type PortNumbers = { readonly can: number; readonly modbus: number; readonly console: number };

/** For a link whose frames nobody reads. */
export const heedless = (ready: () => void): CanLinkEvents => ({
  ...{ received: () => true, ready, bus: () => {}, lost: () => {}, failed: () => {} },
});

const PATIENCE_ms = 5000;
const DEVICE_TYPE = standardFrame(0x620, Uint8Array.of(0x40, 0, 0x10, 0, 0, 0, 0, 0));
const START = standardFrame(0, Uint8Array.of(1, 32));

/** Names of ports that do not answer any more; "": all do. */
export async function silentPorts(data: string, ports: PortNumbers): Promise<string> {
  const [host, path] = ["127.0.0.1", join(data, "ports/can")];
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    "socketcand server": () =>
      deviceType((events) => openSocketcand({ host, port: ports.can, channel: "can0" }, events)),
    "slcan terminal": () =>
      deviceType((events) => openSlcan({ path, baud: 115_200, rate_kbit_s: 1000 }, MACHINE_CLOCK.now_us, events)),
    "USB console": () => greet({ kind: "serial", path: join(data, "ports/usb") }),
    "console over TCP": () => greet({ kind: "tcp", host, port: ports.console }),
    "Modbus TCP": () => readRegister(ports.modbus),
  };
  const silent: string[] = [];
  for (const [name, ask] of Object.entries(asked))
    await ask().catch((error: unknown) => silent.push(`${name} does not answer: ${String(error)}`));
  return silent.join("; ");
}

/** Reads 1000h by SDO. */
async function deviceType(open: (events: CanLinkEvents) => Promise<CanLink>): Promise<void> {
  let take: (frame: CanFrame) => void = () => {};
  const link = await open({
    ...heedless(() => {}),
    received: (frame) => {
      take(frame);
      return true;
    },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no SDO answer")), PATIENCE_ms);
      take = ({ id, data }) => {
        if (id !== 0x5a0 || data[0] !== 0x43 || data[2] !== 0x10) return;
        clearTimeout(timer);
        resolve();
      };
      for (const frame of [START, DEVICE_TYPE]) link.send(frame);
    });
  } finally {
    await link.close();
  }
}

async function greet(target: ConsoleTarget): Promise<void> {
  const client = await ConsoleClient.open(target, PATIENCE_ms);
  try {
    const { text } = await client.command("read 0x1000 0 u32");
    if (!/1A2|418/i.test(text)) throw new Error(text);
  } finally {
    await client.close();
  }
}

/** Unit 255 is the device itself over TCP. */
async function readRegister(port: number): Promise<void> {
  const client = await ModbusClient.open({ framing: "tcp", host: "127.0.0.1", port }, PATIENCE_ms);
  try {
    const exchanged = await client.request(255, Uint8Array.of(4, 0x80, 0, 0, 1));
    if (!exchanged.ok) throw new Error(exchanged.failure.message);
  } finally {
    await client.close();
  }
}
