// A CANopen client that is not ours, npm's `canopen`, on our SDO server in this process: reads, writes and aborts in one frame,
// in segments and in blocks.

import { expect, test } from "vitest";
import { hexOf } from "../../src/canopen/conformance.ts";
import { answersTo, createSdoRig, type SdoRig } from "../../tools/fuzz/sdo-rig.ts";
import { Device } from "./foreign-library.ts";

const NODE_ID = 0x20;
const TIMEOUT_ms = 2000;

/** The foreign client, wired to our server; `heard` has what it sent and was answered. */
function createPeer(rig: SdoRig = createSdoRig()) {
  const device = new Device({ id: 0x10 });
  const heard: string[] = [];
  device.eds.addSdoClientParameter(NODE_ID, 0x600 + NODE_ID, 0x580 + NODE_ID);
  device.sdo.start();
  device.on("message", ({ id, data }) => {
    if (id !== 0x600 + NODE_ID) return;
    heard.push(hexOf(data));
    for (const answer of answersTo(rig, Uint8Array.from(data))) {
      heard.push(hexOf(answer));
      setImmediate(() => device.receive({ id: 0x580 + NODE_ID, data: Buffer.from(answer) }));
    }
  });
  const asking = (index: number, subIndex: number, blockTransfer: boolean) => ({
    ...{ deviceId: NODE_ID, index, subIndex, timeout: TIMEOUT_ms, blockTransfer, blockInterval: 0 },
  });
  return {
    ...{ rig, heard },
    read: (index: number, subIndex: number, inBlocks = false) => device.sdo.upload(asking(index, subIndex, inBlocks)),
    write: (index: number, subIndex: number, data: Uint8Array, inBlocks = false) =>
      device.sdo.download({ ...asking(index, subIndex, inBlocks), data: Buffer.from(data) }),
  };
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 0xff);

test("it reads a number in one frame", async () => {
  const { read, heard } = createPeer();
  expect(hexOf(await read(0x1000, 0))).toBe("A2 01 00 00");
  expect(heard).toEqual(["40 00 10 00 00 00 00 00", "43 00 10 00 A2 01 00 00"]);
});

test("it reads a text in segments", async () => {
  const { read } = createPeer();
  expect((await read(0x1008, 0)).toString()).toBe("Battery management system");
});

test("it writes a number in one frame", async () => {
  const { write, rig, heard } = createPeer();
  await write(0x1017, 0, Uint8Array.of(0xe8, 3));
  expect(heard).toEqual(["2B 17 10 00 E8 03 00 00", "60 17 10 00 00 00 00 00"]);
  expect(rig.written).toEqual([{ index: 0x1017, subIndex: 0, data: Uint8Array.of(0xe8, 3) }]);
});

test.each([5, 7, 8, 14, 700])("it writes %d bytes in segments and reads them back", async (length) => {
  const { write, read, rig } = createPeer();
  await write(0x2001, 0, bytes(length));
  expect(rig.written.map(({ data }) => hexOf(data))).toEqual([hexOf(bytes(length))]);
  expect(hexOf(await read(0x2001, 0))).toBe(hexOf(bytes(length)));
});

test.each([1, 7, 8, 889, 890, 3000])("it writes %d bytes in blocks with CRC and reads them back so", async (length) => {
  const { write, read, rig } = createPeer();
  await write(0x2001, 0, bytes(length), true);
  expect(rig.written.map(({ data }) => hexOf(data))).toEqual([hexOf(bytes(length))]);
  expect(hexOf(await read(0x2001, 0, true))).toBe(hexOf(bytes(length)));
});

test.each([
  ["read what is not there", 0x2fff, 0, undefined, 0x0602_0000],
  ["read a sub-index that is not there", 0x1018, 9, undefined, 0x0609_0011],
  ["read what can only be written", 0x2006, 0, undefined, 0x0601_0001],
  ["write what can only be read", 0x1001, 0, 1, 0x0601_0002],
  ["write a value that is too high", 0x2003, 0, 21, 0x0609_0031],
  ["write a value that is too low", 0x2003, 0, 9, 0x0609_0032],
])("it is told so where it wants to %s", async (_, index, subIndex, value, code) => {
  const { read, write } = createPeer();
  const asked = value === undefined ? read(index, subIndex) : write(index, subIndex, Uint8Array.of(value));
  await expect(asked).rejects.toMatchObject({ code });
});
