// Settings changed by other people's masters on a real device: staged, committed together or not at all, with a login where
// the owner wants one; and what the registers, the settings kept and the journal say of it afterwards.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bms } from "../command-line.ts";
import { type ModbusDevice, startModbusDevice } from "../rigs/modbus-device.ts";
import { placeOf, real, realWords, textOf, textWords } from "./foreign-masters.ts";
import { entered } from "./journal-entries.ts";
import { connected, type Master, type Told } from "./library-masters.ts";

const PASSWORD = "Größe 7 Volt";

let open: ModbusDevice;
let locked: ModbusDevice;
beforeAll(async () => {
  [open, locked] = await Promise.all([
    startModbusDevice({ modbus: { settingsAccess: "open" } }),
    startModbusDevice({}, PASSWORD),
  ]);
});
afterAll(() => Promise.all([open?.end(), locked?.end()]));

const masters: Master[] = [];
afterAll(() => Promise.all(masters.map((master) => master.close())));
async function masterOf(
  device: ModbusDevice,
  library: "modbus-serial" | "jsmodbus" = "modbus-serial",
): Promise<Master> {
  const master = await connected(library, placeOf(device, "TCP"));
  masters.push(master);
  return master;
}

const holding = async (master: Master, address: number, count: number): Promise<readonly number[]> =>
  (await master.ask("readHoldingRegisters", address, count)).values;
const input = async (master: Master, address: number, count: number): Promise<readonly number[]> =>
  (await master.ask("readInputRegisters", address, count)).values;
const write = (master: Master, address: number, words: readonly number[]): Promise<Told> =>
  master.ask("writeRegisters", address, words);
const commit = (master: Master): Promise<Told> => master.ask("writeRegister", 0x5821, 1);
const discard = (master: Master): Promise<Told> => master.ask("writeRegister", 0x5821, 2);
const resultText = async (master: Master): Promise<string> => textOf(await input(master, 0x9040, 64));

const keptSettings = async (device: ModbusDevice): Promise<Record<string, unknown>> =>
  JSON.parse((await bms("settings", "print", device.data, "--json")).stdout);

/** Returns once the device keeps these settings: a commit is answered when they hold, and written soon after. */
async function kept(device: ModbusDevice, settings: Record<string, unknown>): Promise<void> {
  for (let line = 0; line < 5; line++) {
    const all = await keptSettings(device);
    if (Object.entries(settings).every(([name, value]) => all[name] === value)) return;
    await device.next();
  }
  expect(await keptSettings(device)).toMatchObject(settings);
}

describe("where settings are open", () => {
  test("what a master stages only it sees; its commit applies all of it, keeps it, and names who did it", async () => {
    const [master, other] = [await masterOf(open), await masterOf(open, "jsmodbus")];
    expect(await write(master, 0x607a, realWords(7200))).toMatchObject({ exception: 0 }); // battery.relaxTimeCharge_s
    await write(master, 0x6280, textWords("Nº 4711", 48)); // user.serialNumber
    expect([real(await holding(master, 0x607a, 2)), real(await holding(other, 0x607a, 2))]).toEqual([7200, 3600]);
    expect(await input(master, 0x9002, 1)).toEqual([50]); // registers staged
    expect(await commit(master)).toMatchObject({ exception: 0 });
    expect(await input(master, 0x9000, 3)).toEqual([1, 0, 0]); // done, no violation, nothing staged
    expect(real(await holding(other, 0x607a, 2))).toBe(7200);
    expect(textOf(await holding(other, 0x6280, 48))).toBe("Nº 4711");
    await kept(open, { "battery.relaxTimeCharge_s": 7200, "user.serialNumber": "Nº 4711" });
    await entered(open, { code: "settingsChanged", actor: "Modbus TCP 127.0.0.1" });
  });

  test.each([
    ["cells while contactors are closed", 0x6072, [15, 0], 4, /^battery\.cells .*contactors/],
    ["a capacity out of range", 0x6074, realWords(-5), 2, /^battery\.capacity_Ah /],
    ["a capacity that is no number", 0x6074, [0, 0x7fc0], 5, /^battery\.capacity_Ah: the words make no value$/],
    ["a choice that there is not", 0x6203, [3], 5, /^rs485\.parity: the words make no value$/],
    ["an overvoltage tolerated over its limit", 0x7084, realWords(4.5), 3, /overvoltage/],
  ])("a commit with %s fails, tells where and why, and changes nothing", async (_, address, words, reason, text) => {
    const [master, other] = [await masterOf(open), await masterOf(open)];
    const before = await holding(other, address, words.length);
    await write(master, 0x6280, textWords("never", 48)); // good by itself
    await write(master, address, words);
    expect(await commit(master)).toMatchObject({ exception: 4 });
    expect(await input(master, 0x9000, 2)).toEqual([2, 1]); // settings rejected, one of them
    expect(await input(master, 0x9010, 4)).toEqual([address, reason, 0, 0]);
    expect(await resultText(master)).toMatch(text);
    expect(await holding(other, address, words.length)).toEqual(before);
    expect(textOf(await holding(other, 0x6280, 48))).not.toBe("never");
    await discard(master);
    expect(await input(master, 0x9002, 1)).toEqual([0]);
    expect(await holding(master, address, words.length)).toEqual(before);
  });

  test("a commit of nothing fails and says so", async () => {
    const master = await masterOf(open);
    expect(await commit(master)).toMatchObject({ exception: 4 });
    expect(await input(master, 0x9000, 1)).toEqual([8]);
    expect(await resultText(master)).toBe("nothing was staged");
  });

  test("a master on RS-485 that changes the baud rate is answered, and goes on: a pseudo-terminal has none", async () => {
    const master = await connected("modbus-serial", placeOf(open, "RS-485"));
    expect(await master.ask("writeRegister", 0x6202, 8)).toMatchObject({ exception: 0 }); // 115200
    expect(await commit(master)).toMatchObject({ exception: 0 });
    expect(await holding(master, 0x6202, 1)).toEqual([8]);
    await master.close();
  });
});

describe("where settings need a login", () => {
  test("a master without the password changes nothing", async () => {
    const master = await masterOf(locked);
    expect(await write(master, 0x607a, realWords(7200))).toMatchObject({ exception: 4 });
    expect(await input(master, 0x9000, 4)).toEqual([4, 0, 0, 0]); // not logged in
    expect(await resultText(master)).toBe("log in with the service password first");
    expect(real(await holding(master, 0x607a, 2))).toBe(3600);
  });

  test("a wrong password fails, the right one opens the settings to this master alone, until it logs out", async () => {
    const [master, other] = [await masterOf(locked), await masterOf(locked)];
    expect(await write(master, 0x5800, textWords("Größe 8 Volt", 32))).toMatchObject({ exception: 4 });
    expect(await input(master, 0x9000, 4)).toEqual([5, 0, 0, 0]); // wrong password
    expect(await write(master, 0x5800, textWords(PASSWORD, 32))).toMatchObject({ exception: 0 });
    const [result, , , isLoggedIn, left_s, lockedFor_s] = await input(master, 0x9000, 6);
    expect([result, isLoggedIn, lockedFor_s]).toEqual([1, 1, 0]);
    expect(left_s).toBeGreaterThan(580); // of ten minutes
    expect(left_s).toBeLessThanOrEqual(600);
    expect(await holding(master, 0x5800, 32)).toEqual(Array(32).fill(0)); // the password is not told
    expect(await write(master, 0x607a, realWords(1800))).toMatchObject({ exception: 0 });
    expect(await write(other, 0x607a, realWords(900))).toMatchObject({ exception: 4 });
    expect(await commit(master)).toMatchObject({ exception: 0 });
    await master.ask("writeRegister", 0x5820, 1);
    expect(await write(master, 0x607a, realWords(900))).toMatchObject({ exception: 4 });
    await kept(locked, { "battery.relaxTimeCharge_s": 1800 });
    const who = { source: "modbus", subject: "service", actor: "Modbus TCP 127.0.0.1" };
    await entered(locked, { code: "loginRefused", text: "login refused: wrong password", ...who });
    await entered(locked, { code: "login", ...who });
  });

  test("this machine may drive inputs all the same: an open cover is an error in the vendor's words and its journal", async () => {
    const master = await masterOf(locked);
    expect(await master.ask("writeRegister", 0x5100, 1)).toMatchObject({ exception: 0 }); // signal 0, battery cover
    await locked.until(({ errors }) => errors.some(({ name }) => name === "batteryCover"));
    expect(await input(master, 0x2007, 2)).toEqual([0x20, 0]); // bit 5, battery cover
    expect((await input(master, 0x200e, 1))[0] & 0x2000).toBe(0x2000); // bit 13, any error
    expect((await master.ask("readDiscreteInputs", 0x45, 1)).values[0]).toBe(1);
    expect(await input(master, 0x2300, 1)).toEqual([1]);
    const [errors, , low, high] = await input(master, 0x2200, 4);
    const time = low + 0x1_0000 * high;
    const now = new Date();
    expect(errors).toBe(0x20);
    expect([time & 63, (time >>> 6) & 15]).toEqual([now.getUTCFullYear() - 2000, now.getUTCMonth() + 1]);
    await master.ask("writeRegister", 0x5100, 2);
  });
});
