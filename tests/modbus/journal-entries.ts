// Waiting for an entry in the journal of a device that runs: it is written a little after what it tells of.

import { expect } from "vitest";
import { bms } from "../command-line.ts";
import type { ModbusDevice } from "../rigs/modbus-device.ts";

const entries = async ({ data }: ModbusDevice): Promise<object[]> =>
  (await bms("journal", data, "--json", "--lines", "200")).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Returns once the journal has an entry with these fields, after five lines of the device at the latest. */
export async function entered(device: ModbusDevice, fields: object): Promise<void> {
  const wanted = expect.arrayContaining([expect.objectContaining(fields)]);
  for (let line = 0; line < 5; line++) {
    if (wanted.asymmetricMatch(await entries(device))) return;
    await device.next();
  }
  expect(await entries(device)).toEqual(wanted);
}
