// Our client against other people's servers: `bms modbus` as a real process, and the client below it, with a server made with
// libmodbus on a serial line and over TCP, and with the server of modbus-serial.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ServerTCP } from "modbus-serial";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ModbusClient, type ModbusTarget } from "../../src/device/modbus-client.ts";
import { readRequest, valuesOf } from "../../src/modbus/client.ts";
import { compiled } from "../../tools/c-program.ts";
import { isPresent } from "../../tools/debian-packages.ts";
import { bmsProcess, type Said } from "../command-line.ts";
import { endProcess, freePorts } from "../rigs/modbus-device.ts";
import { type DeviceServer, openPtyPair, type PtyPair, serveSerialPort } from "./serial-lines.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-servers-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const modbus = (command: string, target: string, ...words: readonly string[]): Promise<Said> =>
  bmsProcess("modbus", command, target, ...words);

const SERVER =
  isPresent("libmodbus-dev") && isPresent("gcc")
    ? compiled(new URL("./libmodbus-server.c", import.meta.url).pathname, ["modbus"])
    : undefined;

/** A server that listens, and at which TCP port. */
async function startServer(
  ...words: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = spawn(SERVER ?? "", words, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, port: Number(/^listening (\d+)$/.exec(line)?.[1]) };
}

const LINKS = ["a serial line", "TCP"] as const;
type Link = (typeof LINKS)[number];
/** What came of reading holding registers. */
type Read = (address: number, count?: number, timeout_ms?: number) => Promise<unknown>;

describe.skipIf(SERVER === undefined)("against a libmodbus server, where it can be compiled,", () => {
  let wire: PtyPair;
  let deviceServer: DeviceServer;
  let serial: Awaited<ReturnType<typeof startServer>>;
  let tcp: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    wire = await openPtyPair(FOLDER);
    deviceServer = await serveSerialPort(wire.ends[1]);
    [serial, tcp] = await Promise.all([startServer("rtu", wire.ends[0], "17"), startServer("tcp")]);
  });
  afterAll(async () => {
    await Promise.all([serial, tcp].map((server) => server && endProcess(server.child)));
    await deviceServer?.close();
    await wire?.close();
  });
  const targetOf = (link: Link): string => (link === "TCP" ? `127.0.0.1:${tcp.port}` : wire.ends[1]);
  const OPTIONS = ["--unit", "17", "--word-order", "high"];

  test.each(LINKS)("the standard's examples are read over %s, as JSON and for a person", async (link) => {
    const items = ["h:0x6b:u16:3", "i:0x08", "i:0x09:f32", "d:0xc4:u16:22", "c:0x13:u16:19"];
    const { status, stdout, stderr } = await modbus("read", targetOf(link), ...OPTIONS, "--json", ...items);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      "h:0x6b:u16:3": [555, 0, 100],
      "i:0x08": 10,
      "i:0x09:f32": -32.5,
      "d:0xc4:u16:22": [0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1],
      "c:0x13:u16:19": [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0],
    });
    expect((await modbus("read", targetOf(link), ...OPTIONS, "h:0x6b", "i:0x09:f32")).stdout).toBe(
      "h:0x6b      555\ni:0x09:f32  -32.5\n",
    );
  });

  test.each(LINKS)("what is written over %s can be read back", async (link) => {
    const written = await modbus("write", targetOf(link), ...OPTIONS, "h:0x70=0xABCD", "h:0x71:f32=-32.5", "c:0x14=on");
    expect(written).toEqual({ status: 0, stdout: "written: h:0x70, h:0x71:f32, c:0x14\n", stderr: "" });
    const items = ["h:0x70:hex", "h:0x71:hex:2", "c:0x13:u16:3"];
    expect((await modbus("read", targetOf(link), ...OPTIONS, ...items)).stdout).toBe(
      "h:0x70:hex    0xABCD\nh:0x71:hex:2  0xC202 0x0000\nc:0x13:u16:3  1 1 1\n",
    );
  });

  test.each(LINKS)("an exception over %s ends in words and with code 1, with --json in an object", async (link) => {
    const words = "h:0x200: illegal data address (2): there is no such register, or it cannot be written";
    const plain = await modbus("read", targetOf(link), ...OPTIONS, "h:0x6b", "h:0x200");
    expect(plain).toEqual({ status: 1, stdout: "", stderr: `bms: ${words}\n` });
    const { status, stdout } = await modbus("write", targetOf(link), ...OPTIONS, "--json", "h:0x200=1");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ error: words, kind: "exception", code: 2 });
  });

  test("a server that stands still is silent, and is asked again when it goes on", async () => {
    tcp.child.kill("SIGSTOP");
    const options = ["--unit", "17", "--timeout", "200", "--json"];
    const { status, stdout, stderr } = await modbus("read", targetOf("TCP"), ...options, "h:0x6b");
    tcp.child.kill("SIGCONT");
    const error = "h:0x6b: no answer from unit 17 within 200 ms";
    expect({ status, stderr }).toEqual({ status: 1, stderr: `bms: ${error}\n` });
    expect(JSON.parse(stdout)).toEqual({ error, kind: "silent", code: 0 });
    expect((await modbus("read", targetOf("TCP"), "--unit", "17", "h:0x6b")).stdout).toBe("h:0x6b  555\n");
  });

  const formatOfLine = { baud: 9600, parity: "none", stopBits: 1 } as const;
  const places = (): Readonly<Record<Link | "RTU over TCP", ModbusTarget>> => ({
    TCP: { framing: "tcp", host: "127.0.0.1", port: tcp.port },
    "RTU over TCP": { framing: "rtu", host: "127.0.0.1", port: deviceServer.port },
    "a serial line": { framing: "serial", path: wire.ends[1], format: formatOfLine },
  });
  async function withClient(link: Link | "RTU over TCP", act: (read: Read) => Promise<void>): Promise<void> {
    const client = await ModbusClient.open(places()[link], 2000);
    const read: Read = async (address, count = 1, timeout_ms = 2000) => {
      const answer = await client.request(17, readRequest("holding", address, count), timeout_ms);
      return answer.ok ? valuesOf("holding", count, answer.pdu) : answer.failure;
    };
    await act(read).finally(() => client.close());
    await deviceServer.idle();
  }
  const good = { ok: true, words: Uint16Array.of(555, 0, 100) };

  test.each([...LINKS, "RTU over TCP"] as const)("what the server may do wrong over %s is told apart", (link) =>
    withClient(link, async (read) => {
      expect(await read(0x80)).toMatchObject({ kind: "exception", code: 6, message: /^server device busy \(6\)/ });
      expect(await read(0x81)).toMatchObject({ kind: "exception", code: 11, message: /failed to respond \(11\)/ });
      // On a line it may be another's, and the right one may still come; over TCP there is no other.
      const kind = link === "TCP" ? "strange" : "silent";
      expect(await read(0x83, 1, 300)).toMatchObject({
        kind,
        message: /unit 18 (answered in place of 17|has answered)/,
      });
      expect(await read(0x84, 2, 300)).toMatchObject({ kind, message: /the answer does not fit the request/ }); // too short
      expect(await read(0x6b, 3)).toEqual(good);
    }),
  );

  test.each([...LINKS, "RTU over TCP"] as const)(
    "an answer that comes too late over %s is not taken for that to the next request",
    (link) =>
      withClient(link, async (read) => {
        expect(await read(0x82, 3, 300)).toMatchObject({ kind: "silent" }); // it comes after half a second
        expect(await read(0x6b, 3)).toEqual(good);
      }),
  );

  test("a scan finds the unit that is there; one that is not is silent", async () => {
    const scanned = await modbus("scan", wire.ends[1], "--from", "15", "--to", "18");
    expect(scanned).toMatchObject({ status: 0, stderr: "" });
    expect(scanned.stdout).toMatch(/^unit 17: LMB\d+\.\d+\.\d+\n$/);
    const asked = await modbus("read", wire.ends[1], "--unit", "18", "--timeout", "200", "h:0x6b");
    expect(asked).toEqual({ status: 1, stdout: "", stderr: "bms: h:0x6b: no answer from unit 18 within 200 ms\n" });
    const nobody = await modbus("scan", wire.ends[1], "--from", "18", "--to", "19");
    expect(nobody).toEqual({
      ...{ status: 1, stdout: "", stderr: `bms: nobody answers at ${wire.ends[1]}, units 18 to 19\n` },
    });
  });
});

describe("against a modbus-serial server", () => {
  const words = new Map([[0x10, 0xabcd]]);
  const coils = new Map([[3, true]]);
  const refusing = (code: number): Error => Object.assign(new Error("refused"), { modbusErrorCode: code });
  const vector = {
    getHoldingRegister: (address: number) => words.get(address) ?? 0,
    getInputRegister: (address: number) => Promise.resolve(2 * address),
    getCoil: (address: number) => coils.get(address) ?? false,
    getDiscreteInput: (address: number) => address % 2 === 1,
    setRegister: (address: number, value: number) => {
      if (address === 0x66) throw refusing(4);
      words.set(address, value);
    },
    setCoil: (address: number, value: boolean) => void coils.set(address, value),
    readDeviceIdentification: () => ({ 0: "Someone", 1: "Thing", 2: "9.8" }),
  };
  let server: ServerTCP;
  let target: string;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    server = new ServerTCP(vector, { host: "127.0.0.1", port, unitID: 5 });
    await once(server, "initialized");
    target = `127.0.0.1:${port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  test("registers and coils are written and read, and who it is", async () => {
    const written = await modbus("write", target, "--unit", "5", "h:0x11=7", "h:0x12:u32=0x12345678", "c:4=1");
    expect(written).toEqual({ status: 0, stdout: "written: h:0x11, h:0x12:u32, c:4\n", stderr: "" });
    expect([words.get(0x12), words.get(0x13), coils.get(4)]).toEqual([0x5678, 0x1234, true]); // low word first
    const read = await modbus("read", target, "-u", "5", "--json", "h:0x10:hex:2", "i:21", "c:2:u16:3", "d:0:u16:4");
    expect(JSON.parse(read.stdout)).toEqual({
      ...{ "h:0x10:hex:2": [0xabcd, 7], "i:21": 42, "c:2:u16:3": [0, 1, 1], "d:0:u16:4": [0, 1, 0, 1] },
    });
    const scanned = await modbus("scan", target, "--from", "5", "--to", "6", "--json");
    expect(JSON.parse(scanned.stdout)).toEqual({
      ...{ unit: 5, name: "Someone Thing 9.8", objects: { "0x00": "Someone", "0x01": "Thing", "0x02": "9.8" } },
    });
  });

  test("its exceptions and its silence end with code 1 and one line", async () => {
    const refused = await modbus("write", target, "--unit", "5", "h:0x66=1");
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^bms: h:0x66: server device failure \(4\): .*\n$/);
    const silent = await modbus("read", target, "--unit", "7", "--timeout", "200", "h:0");
    expect(silent).toEqual({ status: 1, stdout: "", stderr: "bms: h:0: no answer from unit 7 within 200 ms\n" });
  });
});

test("where nobody listens, and where there is no port, a command ends with code 2 and one line", async () => {
  const [port] = await freePorts(1);
  const nobody = await modbus("read", `127.0.0.1:${port}`, "h:0");
  expect(nobody).toMatchObject({ status: 2, stdout: "" });
  expect(nobody.stderr).toMatch(
    new RegExp(`^bms: cannot connect to 127\\.0\\.0\\.1, port ${port}: .*ECONNREFUSED.*\\n$`),
  );
  const none = await modbus("read", join(FOLDER, "none"), "h:0");
  expect(none).toMatchObject({ status: 2, stdout: "" });
  expect(none.stderr).toMatch(/^bms: cannot open .*none: No such file or directory\n$/);
});
