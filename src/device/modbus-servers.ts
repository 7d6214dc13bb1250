// Modbus over TCP as the settings want it: with the standard's framing, and with RTU frames as serial device servers have them.

import type { Settings } from "../model/settings.ts";
import type { ModbusDesk } from "./modbus-desk.ts";
import { type Listening, ModbusTcp } from "./modbus-tcp.ts";
import type { PortBoard } from "./port-board.ts";

type Name = "tcp" | "rtuTcp";

/** Where no other is set: for programs of this machine, which need no administrator, and for the network. */
const LOCAL_PORT = 1502;
const STANDARD_PORT = 502;

export class ModbusServers {
  readonly #desk: ModbusDesk;
  readonly #now_us: () => number;
  readonly #board: PortBoard;
  readonly #servers = new Map<Name, ModbusTcp>();

  constructor(desk: ModbusDesk, now_us: () => number, board: PortBoard) {
    this.#desk = desk;
    this.#now_us = now_us;
    this.#board = board;
  }

  /** Port of Modbus TCP that is open; 0 while there is none. */
  get port(): number {
    return this.#servers.get("tcp")?.port ?? 0;
  }

  get clients(): number {
    let clients = 0;
    for (const server of this.#servers.values()) clients += server.clients;
    return clients;
  }

  /** Opens and closes listening ports until they are as the settings say. */
  take({ modbus, rs485 }: Settings): void {
    const isPublic = modbus.listen === "any";
    const unit = rs485.address;
    const port = modbus.tcpPort === 0 ? (isPublic ? STANDARD_PORT : LOCAL_PORT) : modbus.tcpPort;
    this.#serve("tcp", modbus.tcp ? { framing: "tcp", port, isPublic, unit } : undefined);
    const rtu = { framing: "rtu", port: modbus.rtuTcpPort, isPublic, unit } as const;
    this.#serve("rtuTcp", modbus.rtuTcpPort > 0 ? rtu : undefined);
  }

  #serve(name: Name, wanted: Listening | undefined): void {
    const server = this.#servers.get(name);
    const before = server?.listening;
    if (before?.port === wanted?.port && before?.isPublic === wanted?.isPublic) {
      if (wanted !== undefined && server !== undefined) setUnit(server, wanted);
      return;
    }
    void server?.close();
    this.#servers.delete(name);
    this.#board.wanted(name, wanted !== undefined);
    if (wanted === undefined) return;
    const opened = new ModbusTcp(this.#desk, wanted, this.#now_us, this.#board.events(name));
    this.#servers.set(name, opened);
    opened.open();
  }

  async closePart(name: Name): Promise<void> {
    await this.#servers.get(name)?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
  }
}

function setUnit(server: ModbusTcp, listening: Listening): void {
  server.listening = listening;
  server.setUnit(listening.unit);
}
