// How long after the end of a request's frame the running device answers on its serial line, a pseudo-terminal here. The
// way through two processes and the terminal is part of it, and so is whatever else this machine does meanwhile: therefore
// the middle is judged, and the rest stands beside how late the machine itself was.

import { rtuTiming } from "../../src/modbus/rtu-timing.ts";
import { SIGNAL_BLOCK } from "../../src/modbus/signal-addresses.ts";
import { compiled } from "../c-program.ts";
import { atMost, type Figure } from "./measurement.ts";
import { freePort, startDevice, told } from "./modbus-device.ts";

const BAUDS = [9600, 115_200] as const;
const UNIT = 32;
const FUNCTION = 4;
const REGISTERS = 125;
const REQUESTS = 250;
const BAR_ms = 1;

type Answers = { readonly p50_us: number; readonly p99_us: number; readonly machine_us: number };

export async function benchLine(root: string): Promise<Figure[]> {
  const master = compiled(new URL("modbus-line.c", import.meta.url).pathname, []);
  if (master === undefined) {
    console.error("bench: no C compiler: the figures of the serial line are left out");
    return [];
  }
  const figures: Figure[] = [];
  for (const baud of BAUDS) figures.push(...(await benchBaud(root, master, baud)));
  return figures;
}

async function benchBaud(root: string, master: string, baud: number): Promise<Figure[]> {
  const silence_us = rtuTiming({ baud, parity: "none", stopBits: 1 }).between_us;
  const device = await startDevice(root, [`modbus.tcpPort: ${await freePort()}`, `rs485.baud: "${baud}"`]);
  try {
    const wanted = [UNIT, FUNCTION, SIGNAL_BLOCK.first, REGISTERS, REQUESTS, silence_us];
    const { p50_us, p99_us, machine_us } = await told<Answers>(master, [device.line, ...wanted]);
    return [
      atMost(`modbus.rtu.line.${baud}.p50`, p50_us / 1000, "ms", BAR_ms),
      atMost(`modbus.rtu.line.${baud}.p99`, p99_us / 1000, "ms"),
      atMost(`modbus.rtu.line.${baud}.machine`, machine_us / 1000, "ms"),
    ];
  } finally {
    await device.end();
  }
}
