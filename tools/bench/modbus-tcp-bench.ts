// Modbus TCP requests per second of the running device, side by side with modbus-serial's server and one of libmodbus, in
// many short turns. What else this machine does only slows a turn, and by up to ten times: therefore a server's rate is that
// of its quickest turns.

import type { ChildProcess } from "node:child_process";
import { SIGNAL_BLOCK } from "../../src/modbus/signal-addresses.ts";
import { compiled } from "../c-program.ts";
import { atLeast, atMost, type Figure } from "./measurement.ts";
import { endProcess, freePort, listening, type RunningDevice, start, startDevice, told } from "./modbus-device.ts";

type ServerName = "ours" | "modbusSerial" | "libmodbus";
type Server = { readonly name: ServerName; readonly port: number };
type Load = { readonly requests: number; readonly seconds: number };
/** A load, and how it is shared out in time. */
type Trial = {
  readonly connections: number;
  readonly registers: number;
  readonly rounds: number;
  readonly turn_ms: number;
};

const FUNCTION = 4;
const JUDGED_REGISTERS = 10;
const TRIALS: readonly Trial[] = [
  { connections: 1, registers: JUDGED_REGISTERS, rounds: 24, turn_ms: 100 },
  { connections: 16, registers: JUDGED_REGISTERS, rounds: 24, turn_ms: 100 },
  { connections: 1, registers: 125, rounds: 6, turn_ms: 100 },
  { connections: 16, registers: 125, rounds: 6, turn_ms: 100 },
];
const BARS = { modbusSerial: 1.5, libmodbus: 0.7 } as const;
const WARM_UP_ms = 300;
const STRETCH_ms = 3000;
/** The part of the turns that may be quicker than the one that counts. */
const QUICKER = 0.1;

/** Leaves out what cannot be compiled here, and says so. */
export async function benchTcp(root: string): Promise<Figure[]> {
  const load = compiled(new URL("modbus-load.c", import.meta.url).pathname, []);
  if (load === undefined) {
    console.error("bench: no C compiler: the figures of Modbus TCP are left out");
    return [];
  }
  const port = await freePort();
  const device = await startDevice(root, [`modbus.tcpPort: ${port}`]);
  const others: ChildProcess[] = [];
  try {
    const servers: readonly Server[] = [{ name: "ours", port }, ...(await startOthers(others))];
    await listening(port);
    const figures: Figure[] = [];
    for (const trial of TRIALS) figures.push(...(await compare(load, trial, servers)));
    return [...figures, ...(await overruns(load, device, port))];
  } finally {
    await Promise.all([device.end(), ...others.map(endProcess)]);
  }
}

/** Starts the servers to compare with. */
async function startOthers(started: ChildProcess[]): Promise<Server[]> {
  const servers: Server[] = [];
  const begin = async (name: ServerName, command: string, args: readonly string[]): Promise<void> => {
    const port = await freePort();
    started.push(start(command, [...args, String(port)]));
    await listening(port);
    servers.push({ name, port });
  };
  await begin("modbusSerial", process.execPath, [new URL("modbus-serial-server.ts", import.meta.url).pathname]);
  const libmodbus = compiled(new URL("libmodbus-tcp-server.c", import.meta.url).pathname, ["modbus"]);
  if (libmodbus === undefined) console.error("bench: no libmodbus to compile with: the comparison with it is left out");
  else await begin("libmodbus", libmodbus, []);
  return servers;
}

type Rates = Readonly<Record<ServerName, number[]>>;

/** Each round gives every server a turn, beginning with another one. */
async function compare(load: string, trial: Trial, servers: readonly Server[]): Promise<Figure[]> {
  const rates: Rates = { ours: [], modbusSerial: [], libmodbus: [] };
  for (const { port } of servers) await ask(load, port, trial, WARM_UP_ms);
  for (let round = 0; round < trial.rounds; round++)
    for (let turn = 0; turn < servers.length; turn++) {
      const { name, port } = servers[(round + turn) % servers.length]!;
      const { requests, seconds } = await ask(load, port, trial, trial.turn_ms);
      rates[name].push(requests / seconds);
    }
  return trial.registers === JUDGED_REGISTERS ? judged(trial, rates) : informing(trial, rates);
}

const ask = (load: string, port: number, { connections, registers }: Trial, time_ms: number): Promise<Load> =>
  told<Load>(load, [port, connections, time_ms, FUNCTION, SIGNAL_BLOCK.first, registers]);

function judged({ connections }: Trial, rates: Rates): Figure[] {
  const name = `modbus.tcp.${connections}`;
  const figures = [atLeast(name, undisturbed(rates.ours), "1/s")];
  for (const other of ["modbusSerial", "libmodbus"] as const) {
    if (rates[other].length === 0) continue;
    figures.push(atLeast(`${name}.${other}`, undisturbed(rates[other]), "1/s"));
    figures.push(atLeast(`${name}.${OVER[other]}`, over(rates, other), "times", BARS[other]));
  }
  return figures;
}

const OVER = { modbusSerial: "overModbusSerial", libmodbus: "overLibmodbus" } as const;

function informing({ connections, registers }: Trial, rates: Rates): Figure[] {
  const name = `modbus.tcp.${connections}.of${registers}`;
  const figures = [atLeast(name, undisturbed(rates.ours), "1/s")];
  if (rates.libmodbus.length > 0) figures.push(atLeast(`${name}.overLibmodbus`, over(rates, "libmodbus"), "times"));
  return figures;
}

const over = (rates: Rates, other: "modbusSerial" | "libmodbus"): number =>
  undisturbed(rates.ours) / undisturbed(rates[other]);

function undisturbed(rates: readonly number[]): number {
  const sorted = [...rates].sort((a, b) => b - a);
  return sorted[Math.floor(QUICKER * sorted.length)]!;
}

/** Ticks that came a whole tick late while nobody asked, and while 16 clients did without a pause. */
async function overruns(load: string, device: RunningDevice, port: number): Promise<Figure[]> {
  const trial = { connections: 16, registers: JUDGED_REGISTERS, rounds: 1, turn_ms: STRETCH_ms };
  const before = await device.nextLine();
  await new Promise((resolve) => setTimeout(resolve, STRETCH_ms));
  const between = await device.nextLine();
  await ask(load, port, trial, STRETCH_ms);
  const after = await device.nextLine();
  return [
    atMost("modbus.tcp.overruns.quiet", between.overruns - before.overruns, ""),
    atMost("modbus.tcp.overruns", after.overruns - between.overruns, ""),
  ];
}
