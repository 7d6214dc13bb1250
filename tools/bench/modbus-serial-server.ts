// A Modbus TCP server of modbus-serial in a process of its own, to compare with: every register there and 0, handed over in
// the quickest way it has. Ends when its standard input does. Usage: node modbus-serial-server.ts PORT

import modbusSerial from "modbus-serial";

const { ServerTCP } = modbusSerial as unknown as typeof import("modbus-serial");

const REGISTERS = new Array<number>(0x1_0000 + 125).fill(0);
const several = (
  address: number,
  count: number,
  _unit: number,
  done: (error: Error | null, values: number[]) => void,
): void => done(null, REGISTERS.slice(address, address + count));

const server = new ServerTCP(
  { getMultipleInputRegisters: several, getMultipleHoldingRegisters: several },
  { host: "127.0.0.1", port: Number(process.argv[2]), unitID: 255 },
);
server.on("serverError", (error) => {
  console.error(`modbus-serial's server: ${error?.message ?? "failed"}`);
  process.exit(1);
});
process.stdin.on("end", () => process.exit()).resume();
