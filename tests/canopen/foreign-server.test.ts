// Our SDO client on a CANopen server that is not ours, that of npm's `canopen`: reads, writes and aborts in one frame, in
// segments and in blocks.

import { expect, test } from "vitest";
import { startDownload, startUpload, takeSdoAnswer } from "../../src/canopen/sdo-client.ts";
import {
  createSdoClient,
  type SdoClientStep,
  type SdoMode,
  type SdoResult,
} from "../../src/canopen/sdo-client-state.ts";
import { DataType, Device } from "./foreign-library.ts";

const NODE_ID = 0x21;
const TEXT = "a text that is longer than a frame";

/** The foreign server with a text at 2000h and numbers at 2001h and 2002h, wired to our client. */
function createPeer() {
  const device = new Device({ id: NODE_ID });
  device.eds.addSdoServerParameter(NODE_ID, 0x580 + NODE_ID, 0x600 + NODE_ID);
  const text = { parameterName: "text", dataType: DataType.VISIBLE_STRING };
  const number = { parameterName: "number", dataType: DataType.UNSIGNED16, defaultValue: 0x1234 };
  device.eds.addEntry(0x2000, { ...text, defaultValue: TEXT });
  device.eds.addEntry(0x2001, number);
  device.eds.addEntry(0x2002, { ...number, accessType: "ro" });
  device.sdoServer.start();
  device.sdoServer.setBlockInterval(0);
  const client = createSdoClient();
  let ends: (result: SdoResult) => void = () => {};
  const go = ({ send, ended }: SdoClientStep): void => {
    for (const frame of send) setImmediate(() => device.receive({ id: 0x600 + NODE_ID, data: Buffer.from(frame) }));
    if (ended !== undefined) ends(ended);
  };
  device.on("message", ({ id, data }) => {
    if (id === 0x580 + NODE_ID) go(takeSdoAnswer(client, Uint8Array.from(data), 0));
  });
  const transfer = (begin: () => SdoClientStep): Promise<SdoResult> =>
    new Promise((resolve) => {
      ends = resolve;
      go(begin());
    });
  return {
    read: (index: number, mode: SdoMode) => transfer(() => startUpload(client, index, 0, mode, 0)),
    write: (index: number, data: Uint8Array, mode: SdoMode) =>
      transfer(() => startDownload(client, index, 0, data, mode, 0)),
  };
}

const textOf = (result: SdoResult): string => (result.ok ? Buffer.from(result.data).toString() : `${result.abort}`);

test("a number is read and written in one frame", async () => {
  const { read, write } = createPeer();
  expect(await read(0x2001, "auto")).toEqual({ ok: true, data: Uint8Array.of(0x34, 0x12) });
  expect(await write(0x2001, Uint8Array.of(0x78, 0x56), "auto")).toEqual({ ok: true, data: new Uint8Array(0) });
  expect(await read(0x2001, "auto")).toEqual({ ok: true, data: Uint8Array.of(0x78, 0x56) });
});

test("a text is read and written in segments", async () => {
  const { read, write } = createPeer();
  expect(textOf(await read(0x2000, "plain"))).toBe(TEXT);
  expect((await write(0x2000, Buffer.from("x".repeat(50)), "plain")).ok).toBe(true);
  expect(textOf(await read(0x2000, "plain"))).toBe("x".repeat(50));
});

test.each([7, 8, 50, 889, 890, 3000])("a text of %d bytes is written and read in blocks with CRC", async (length) => {
  const { read, write } = createPeer();
  const text = "abcdefghijk".repeat(300).slice(0, length);
  expect((await write(0x2000, Buffer.from(text), "block")).ok).toBe(true);
  expect(textOf(await read(0x2000, "block"))).toBe(text);
});

test.each([
  ["reading what is not there", 0x2fff, undefined, 0x0602_0000],
  ["writing what can only be read", 0x2002, Uint8Array.of(1, 2), 0x0601_0002],
])("%s is told with the standard's code", async (_, index, data, abort) => {
  const { read, write } = createPeer();
  const result = await (data === undefined ? read(index, "auto") : write(index, data, "auto"));
  expect(result).toEqual({ ok: false, abort, by: "server" });
});
