// Other people's masters against a real device: mbpoll, a client made with libmodbus, modbus-serial and jsmodbus, over its
// RS-485 and over TCP. What they read is compared with what the device says of itself in its lines.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiled } from "../../tools/c-program.ts";
import { isPresent } from "../../tools/debian-packages.ts";
import { type ModbusDevice, startModbusDevice } from "../rigs/modbus-device.ts";
import { type LinkName, mbpoll, placeOf, program, real } from "./foreign-masters.ts";
import { entered } from "./journal-entries.ts";
import { connected, type Master } from "./library-masters.ts";

let device: ModbusDevice;
beforeAll(async () => {
  device = await startModbusDevice({
    modbus: { settingsAccess: "open" },
    user: { serialNumber: "4711", manufacturer: "Volta & Söhne", configurationVersion: "7" },
  });
});
afterAll(() => device?.end());

/** The load moves by an ampere or two a second and cells by a millivolt. */
const nearCurrent = (current_A: number): void => expect(Math.abs(current_A - device.line().current_A)).toBeLessThan(5);
const nearBattery = (battery_V: number): void =>
  expect(Math.abs(battery_V - device.line().battery_V)).toBeLessThan(0.2);
const nearCells = (cells_V: readonly number[]): void => {
  const now_V = device.line().cells_V;
  expect(cells_V).toHaveLength(16);
  expect(cells_V.map((cell_V, i) => Math.abs(cell_V - now_V[i]) < 0.02)).toEqual(cells_V.map(() => true));
};

/** The device says the same in a line, at the latest in the next: a test before may have let go of a signal since the newest. */
const sameInputs = async (inputs: readonly number[], count: number): Promise<void> => {
  expect(inputs).toHaveLength(count);
  await device.until(({ signals }) => inputs.every((input, n) => input === signals["inputSignals"][n]));
};

/** The lowest bits of a word as flags. */
const bitsOf = (word: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, bit) => (word >>> bit) & 1);

/** Bits that the vendor publishes of its word of internal signals. */
const INTERNAL_BITS = { allowCharging: 3, charging: 4, discharging: 5, dischargingPresent: 6, main: 13, powerUp: 25 };
const internalFlags = (internal: number): object =>
  Object.fromEntries(Object.entries(INTERNAL_BITS).map(([name, bit]) => [name, (internal >>> bit) & 1]));
const internalOfLine = (): object =>
  Object.fromEntries(Object.keys(INTERNAL_BITS).map((name) => [name, device.line().signals[`signal.${name}`]]));

describe.skipIf(!isPresent("mbpoll"))("mbpoll, where it is installed,", () => {
  const LINKS = ["RS-485", "TCP"] as const;

  test.each(LINKS)("reads current, errors and signals at the vendor's addresses over %s", async (link) => {
    const reals = await mbpoll(device, link, ["-t", "3:float", "-r", "0x2001", "-c", "3"]);
    expect(reals.status).toBe(0);
    nearCurrent(Number(reals.values[0]));
    expect(reals.values.slice(1)).toEqual(["nan", "nan"]); // external temperature and humidity: this board has none
    const words = await mbpoll(device, link, ["-t", "3:hex", "-r", "0x2007", "-c", "4"]);
    expect(words.values.slice(0, 2)).toEqual(["0x0000", "0x0000"]);
    expect(internalFlags(Number(words.values[2]) + 0x1_0000 * Number(words.values[3]))).toEqual(internalOfLine());
    const inputs = await mbpoll(device, link, ["-t", "3", "-r", "0x2000"]);
    await sameInputs(bitsOf(Number(inputs.values[0]), 16), 16);
  });

  test.each(LINKS)("reads our signals and the vendor's software controls over %s", async (link) => {
    const battery = await mbpoll(device, link, ["-t", "3:float", "-r", "0x8000"]);
    nearBattery(Number(battery.values[0]));
    const cells = await mbpoll(device, link, ["-t", "3:float", "-r", "0x8020", "-c", "16"]);
    nearCells(cells.values.map(Number));
    const controls = await mbpoll(device, link, ["-t", "4", "-r", "0x5100", "-c", "22"]);
    expect(controls.values).toEqual(Array(22).fill("2")); // each follows its wire
  });

  test("opens the charging contactor over RS-485 and closes it over TCP; the journal names both", async () => {
    const opened = await mbpoll(device, "RS-485", ["-t", "4", "-r", "0x5103"], 1);
    expect(opened).toMatchObject({ status: 0, said: expect.stringContaining("Written 1 references.") });
    await device.until(({ contactors }) => contactors["charge"] === false);
    const inputs = await mbpoll(device, "TCP", ["-t", "3", "-r", "0x2000"]);
    expect(Number(inputs.values[0]) & 0b1000).toBe(0b1000); // signal 3, inhibit charging
    expect((await mbpoll(device, "TCP", ["-t", "4", "-r", "0x5103"], 2)).status).toBe(0);
    await device.until(({ contactors }) => contactors["charge"] === true);
    const isControl = { code: "overridden", subject: "inhibitCharging" };
    await entered(device, { ...isControl, value: 1, actor: "Modbus RTU" });
    await entered(device, { ...isControl, value: 2, actor: "Modbus TCP 127.0.0.1" });
  });

  test("is told who the device is, as a server's id", async () => {
    const { status, said } = await mbpoll(device, "RS-485", ["-u"]);
    expect(status).toBe(0);
    expect(said).toMatch(/^Id +: 0x20$/m);
    expect(said).toMatch(/^Status: On$/m);
    expect(said).toMatch(/^Data +: bms-mini bms-mini \d+\.\d+\.\d+$/m);
  });

  test.each(LINKS)('says "Illegal data address" of a gap over %s', async (link) => {
    const { status, said } = await mbpoll(device, link, ["-t", "3", "-r", "0x0200"]);
    expect(status).toBe(1);
    expect(said).toContain("Read input register failed: Illegal data address");
  });

  test.each([
    ["1200", "none"],
    ["115200", "none"],
    ["9600", "even"],
  ])("is answered at %s bit/s with parity %s: a pseudo-terminal has neither", async (baud, parity) => {
    const { status, values } = await mbpoll(device, "RS-485", ["-b", baud, "-P", parity, "-t", "3", "-r", "0x9100"]);
    expect({ status, values }).toEqual({ status: 0, values: ["1"] });
  });

  test("hears nothing from a unit that is not there", async () => {
    const { status, said } = await mbpoll(device, "RS-485", ["-a", "33", "-o", "0.2", "-t", "3", "-r", "0x2000"]);
    expect(status).toBe(1);
    expect(said).toContain("Connection timed out");
  });
});

const CLIENT =
  isPresent("libmodbus-dev") && isPresent("gcc")
    ? compiled(new URL("./libmodbus-client.c", import.meta.url).pathname, ["modbus"])
    : undefined;

test.skipIf(CLIENT === undefined).each(["RS-485", "TCP"] as const)(
  "a libmodbus master, where it can be compiled, gets from each function what the standard has it give over %s",
  async (link) => {
    const place = link === "TCP" ? ["tcp", `${device.tcpPort}`] : ["rtu", device.pty];
    const { status, stdout, stderr } = await program(CLIENT ?? "", ...place, "32");
    expect(stderr).toBe("");
    expect(stdout.match(/^FAILED.*$/gm)).toBeNull();
    expect(status).toBe(0);
    expect(stdout.match(/^ok .*$/gm)?.length).toBe(38);
    const values = Object.fromEntries(
      [...stdout.matchAll(/^value (\S+) (.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    nearCurrent(Number(values["current_A"]));
    nearBattery(Number(values["battery_V"]));
    expect(Math.abs(Number(values["cell16_V"]) - device.line().cells_V[15])).toBeLessThan(0.02);
    expect(values).toMatchObject({ errors1: "0", "battery.capacity_Ah": "100.000000" });
    if (link === "RS-485") expect(values["name"]).toMatch(/^bms-mini bms-mini \d+\.\d+\.\d+$/);
  },
);

describe.each(["RS-485", "TCP", "RTU over TCP"] as const)("modbus-serial over %s", (link: LinkName) => {
  let master: Master;
  beforeAll(async () => {
    master = await connected("modbus-serial", placeOf(device, link));
  });
  afterAll(() => master.close());
  const read = async (method: string, address: number, count: number): Promise<readonly number[]> =>
    (await master.ask(method, address, count)).values.slice(0, count);

  test("reads signals, inputs and settings", async () => {
    nearCurrent(real(await read("readInputRegisters", 0x2001, 2)));
    const cells = await read("readInputRegisters", 0x8020, 32);
    nearCells(Array.from({ length: 16 }, (_, i) => real(cells, 2 * i)));
    expect(real(await read("readHoldingRegisters", 0x6074, 2))).toBe(100); // battery.capacity_Ah
    await sameInputs(await read("readDiscreteInputs", 0, 22), 22);
  });

  test("writes coils and registers and reads them back", async () => {
    await master.ask("writeCoils", 0x100, [true, false, true, true, false, false, true, false]);
    await master.ask("writeCoil", 0x107, true);
    await master.ask("writeCoil", 0x102, false);
    expect(await read("readCoils", 0x100, 8)).toEqual([1, 0, 0, 1, 0, 0, 1, 1]);
    await master.ask("writeRegisters", 0x5830, [1, 2, 3, 0xffff, 5, 6, 7, 8]);
    await master.ask("writeRegister", 0x5837, 0x8000);
    expect(await read("readHoldingRegisters", 0x5830, 8)).toEqual([1, 2, 3, 0xffff, 5, 6, 7, 0x8000]);
  });

  test("takes control of an input signal with one coil and gives it back with another", async () => {
    await master.ask("writeCoil", 0x15, true); // drives signal 21, close external 1
    expect(await read("readHoldingRegisters", 0x5115, 1)).toEqual([1]);
    expect(await read("readCoils", 0x35, 1)).toEqual([1]);
    await master.ask("writeCoil", 0x35, false); // lets it follow its wire
    expect(await read("readHoldingRegisters", 0x5115, 1)).toEqual([2]);
    expect(await read("readCoils", 0x15, 1)).toEqual([0]);
  });

  test.each([
    [2, "a gap", ["readInputRegisters", 0x200, 1]],
    [2, "the owner's settings", ["writeRegister", 0x6276, 502]],
    [3, "more than a frame can hold", ["readHoldingRegisters", 0x5830, 126]],
    [3, "a command that there is not", ["writeRegister", 0x5823, 99]],
  ] as const)("gets exception %i for %s", async (exception, _, [method, ...words]) => {
    expect(await master.ask(method, ...words)).toMatchObject({ exception });
  });
});

test.each(["RS-485", "TCP"] as const)(
  "modbus-serial identifies the device by all objects that say something over %s",
  async (link) => {
    const master = await connected("modbus-serial", placeOf(device, link));
    try {
      const { objects } = await master.ask("readDeviceIdentification", 3, 0);
      expect(objects).toMatchObject({ 0: "bms-mini", 1: "bms-mini", 2: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
      expect(objects).toMatchObject({ 5: "BMS Mini 2.1", 128: "4711", 132: "7" });
      expect(Object.keys(objects)).not.toContain("6"); // an empty object, which this master takes for one cut off
      expect((await master.ask("readDeviceIdentification", 4, 0x84)).objects).toEqual({ [0x84]: "7" });
    } finally {
      await master.close();
    }
  },
);

test.each(["RS-485", "TCP"] as const)("jsmodbus reads, writes and identifies the device over %s", async (link) => {
  const master = await connected("jsmodbus", placeOf(device, link));
  const read = async (method: string, address: number, count: number): Promise<readonly number[]> =>
    (await master.ask(method, address, count)).values.slice(0, count);
  try {
    nearCurrent(real(await read("readInputRegisters", 0x2001, 2)));
    expect(real(await read("readHoldingRegisters", 0x6074, 2))).toBe(100);
    await sameInputs(await read("readDiscreteInputs", 0, 22), 22);
    await master.ask("writeMultipleCoils", 0x100, [true, true, false, false, true, false, true, false]);
    await master.ask("writeSingleCoil", 0x107, true);
    expect(await read("readCoils", 0x100, 8)).toEqual([1, 1, 0, 0, 1, 0, 1, 1]);
    await master.ask("writeMultipleRegisters", 0x5830, [9, 8, 7]);
    await master.ask("writeSingleRegister", 0x5831, 0xabcd);
    expect(await read("readHoldingRegisters", 0x5830, 3)).toEqual([9, 0xabcd, 7]);
    expect((await master.ask("readDeviceIdentification", 3, 0)).objects[0x81]).toBe("Volta & Söhne");
    expect(await master.ask("readInputRegisters", 0x200, 1)).toMatchObject({ exception: 2 });
  } finally {
    await master.close();
  }
});
