// `bms canopen` against a real `bms run`, over its socketcand server and over its slcan pseudo-terminal.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bms, bmsProcess, type Said } from "../command-line.ts";
import { freePorts, type ModbusDevice, startModbusDevice } from "../rigs/modbus-device.ts";

const PASSWORD = "correct horse battery";
const folder = mkdtempSync(join(tmpdir(), "bms-mini-canopen-"));
let device: ModbusDevice;
let port = 0;
beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  const settings = { canPort: { serverPort: port }, can: { bitRate: "1000" }, console: { tcp: false, usb: false } };
  device = await startModbusDevice(settings, PASSWORD);
  await Promise.all([/^bms: CAN bus can0 \(socketcand\) at/m, /^bms: CAN: slcan adapter at/m].map(device.told));
}, 60_000);
afterAll(async () => {
  await device?.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  process.env["BMS_SERVICE_PASSWORD"] = PASSWORD;
});
afterEach(() => {
  delete process.env["BMS_SERVICE_PASSWORD"];
});

const canopen = (...words: readonly string[]): Promise<Said> =>
  bms("canopen", ...words, "--can", `socketcand:127.0.0.1:${port}`);
const json = async (...words: readonly string[]): Promise<unknown> =>
  JSON.parse((await canopen(...words, "--json")).stdout);

describe("read", () => {
  test("gives signals, settings and the standard's objects in words and units, by name or index", async () => {
    const { status, stdout } = await canopen("read", "battery.cells", "mode", "1008", "0x1018:2", "6000:0:u8");
    expect(status).toBe(0);
    expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["battery.cells", "16"],
      ["mode", "running"],
      ["1008", "BMS Mini 2.1"],
      ["0x1018:2", "33"],
      ["6000:0", "1"],
      [""],
    ]);
  });

  test("gives arrays whole, and null for what is not there", async () => {
    const values = (await json("read", "cells_V")) as Record<string, number | null>;
    expect(Object.keys(values)).toHaveLength(18);
    expect(Math.abs((values["cells_V[16]"] ?? 0) - device.line().cells_V[15]!)).toBeLessThan(0.02);
    expect(values["cells_V[17]"]).toBeNull();
  });

  test("reads the same at the slcan pseudo-terminal, in blocks", { timeout: 30_000 }, async () => {
    const words = ["read", "1008", "soc", "--block", "--can", device.data];
    const { status, stdout } = await bmsProcess("canopen", ...words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^1008 +BMS Mini 2\.1\nsoc +0\.\d+\n$/);
  });

  test("tells what a node has not, and goes on", async () => {
    const { status, stdout } = await canopen("read", "2fff:1:u16", "battery.cells");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^2fff:1 +object does not exist.*\(abort 0x06020000\)\nbattery\.cells +16\n$/);
  });

  test("puts a domain into a file, byte for byte", async () => {
    const file = join(folder, "settings.json");
    expect((await canopen("read", "settings", "-o", file, "--block")).status).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ battery: { cells: 16 } });
  });

  test("ends with 1 where no node answers", async () => {
    const { status, stderr } = await canopen("read", "soc", "--node", "5", "--timeout", "50");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "bms: soc: node 5 does not answer within 50 ms\n" });
  });
});

describe("write", () => {
  test("changes settings together after a login, which it ends", async () => {
    const refused = await canopen("write", "user.address=Attic");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toBe("bms: user.address: log in with the service password first\n");
    const { status, stdout } = await canopen(
      "write",
      "--login",
      "user.address=Cellar",
      "protections.overvoltage.limit_V=3.7",
    );
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "written: user.address, protections.overvoltage.limit_V\n",
    });
    expect(await json("read", "user.address", "protections.overvoltage.limit_V", "session.loggedIn")).toEqual({
      ...{ "user.address": "Cellar", "protections.overvoltage.limit_V": 3.7, "session.loggedIn": 0 },
    });
  });

  test("tells why settings do not go together, and changes none of them", async () => {
    const { status, stderr } = await canopen(
      ...["write", "--login", "user.address=Roof", "protections.overvoltage.tolerant_V=3.74"],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^bms: .*protections\.overvoltage\.tolerant_V must be below the limit of 3\.7 V, is 3\.74\n$/,
    );
    expect(await json("read", "user.address")).toEqual({ "user.address": "Cellar" });
  });

  test("says that a password is wrong", async () => {
    process.env["BMS_SERVICE_PASSWORD"] = "wrong password";
    const { status, stderr } = await canopen("write", "--login", "user.address=Attic");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "bms: login: wrong password\n" });
  });

  test("drives an input signal, and lets it go", async () => {
    expect((await canopen("write", "inhibitCharging=on")).status).toBe(0);
    await device.until(({ contactors }) => contactors["charge"] === false);
    expect((await canopen("write", "inhibitCharging=physical")).status).toBe(0);
    await device.until(({ contactors }) => contactors["charge"] === true);
  });

  test("writes a typed value as to a foreign device, and says the standard's reason", async () => {
    expect((await canopen("write", "0x1017=u16:500")).status).toBe(0);
    expect(await json("read", "1017")).toEqual({ "1017": 500 });
    const { status, stderr } = await canopen("write", "0x1017=u8:5");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bms: 0x1017: .*length of service parameter too low \(abort 0x06070013\)\n$/);
  });
});

test.each([
  [["read", "sok"], /there is no object "sok"; did you mean "soc"\?/],
  [["read", "session.login"], /session\.login can only be written/],
  [["read", "soc", "--node", "200"], /--node must be a whole number from 1 to 127/],
  [["read", "cells_V", "-o", "/dev/null"], /--output takes one object, not 18/],
  [["write", "soc=1"], /soc can only be read/],
  [["write", "battery.cells"], /is no NAME=VALUE/],
  [["write", "battery.cells=99"], /must be 18 at most/],
  [["write", "canopen.settingsAccess=open"], /is the owner's/],
  [["write", "cells_V=1"], /cells_V has 18 values: name one of them, as cells_V\[1\]/],
  [["write", "command=restrat"], /there is no command "restrat"; did you mean "restart"\?/],
  [["write", "0x2ffe=5"], /say the type, as 0x2ffe=u16:5/],
  [["write", "0x2000:1=u16:70000"], /must be 0 to 65535/],
  [["nmt", "go"], /Allowed choices are start, stop, preop, reset, reset-comm/],
  [["lss", "set-node", "0"], /the node id must be a whole number from 1 to 127/],
  [["lss", "set-bitrate", "300"], /the bit rate must be one of/],
  [["lss", "inquire", "--identity", "1,2,3"], /--identity needs four numbers/],
  [["conformance", "--only", "nothing like it"], /no row contains "nothing like it"/],
  [["conformance", "--word", "heartbeat"], /--word must be an index/],
])("%j ends with 2 and one line", async (words, line) => {
  const { status, stderr } = await canopen(...words);
  expect(status).toBe(2);
  expect(stderr).toMatch(line);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

describe("nmt and scan", () => {
  test("stop and start the node; a scan hears its state", { timeout: 30_000 }, async () => {
    expect(await canopen("nmt", "stop")).toMatchObject({ status: 0, stdout: "sent to node 32: stop\n" });
    expect(await json("scan", "--from", "30", "--to", "40")).toEqual({
      ...{ nodes: [{ node: 32, state: "stopped" }], hasUnconfigured: false }, // without SDO: nobody reads a node that is stopped
    });
    expect((await canopen("nmt", "start", "--node", "all")).status).toBe(0);
    const identity = { deviceType: 418, name: "BMS Mini 2.1", identity: [0, 33, expect.any(Number), 0] };
    expect(await json("scan")).toEqual({
      nodes: [{ node: 32, state: "operational", ...identity }],
      hasUnconfigured: false,
    });
  });

  test("a scan of ids where nobody is ends with 1", async () => {
    const { status, stderr } = await canopen("scan", "--from", "1", "--to", "20", "--listen", "0", "--timeout", "50");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "bms: nobody is heard and nobody answers\n" });
  });
});

describe("lss", () => {
  test("finds no node without a node id, for this one has one", async () => {
    expect(await canopen("lss", "identify")).toMatchObject({ status: 1, stdout: "there is none\n" });
    expect((await canopen("lss", "fastscan")).stderr).toMatch(/no node without a node id answers/);
  });

  test("gives the device another node id for good after a login, not without", { timeout: 30_000 }, async () => {
    const refused = await canopen("lss", "store", "--node", "32");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^bms: store: refused .*--login/);
    const { status, stdout } = await canopen("lss", "set-node", "40", "--node", "32", "--store", "--login");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^node 32, identity 0x0,0x21,0x\w+,0x0; set: node id 40; stored\n$/);
    expect((await canopen("nmt", "reset-comm")).status).toBe(0);
    expect(await json("read", "can.nodeId", "--node", "40")).toEqual({ "can.nodeId": 40 });
    const [, identity = ""] = /identity (\S+);/.exec(stdout) ?? [];
    expect((await canopen("lss", "set-node", "32", "--identity", identity)).status).toBe(0);
    await canopen("nmt", "reset-comm", "--node", "all");
    expect(await json("read", "can.nodeId")).toEqual({ "can.nodeId": 40 }); // in force until the next start, not stored
    expect((await canopen("write", "--login", "can.nodeId=32")).status).toBe(0);
  });

  test("says so where nobody has an identity", async () => {
    const { status, stderr } = await canopen("lss", "inquire", "--identity", "1,2,3,4", "--timeout", "50");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "bms: no node with identity 0x1,0x2,0x3,0x4 answers\n" });
  });
});

describe("files", () => {
  test("eds fetches the data sheet that the project publishes", { timeout: 60_000 }, async () => {
    const file = join(folder, "device.eds");
    expect((await canopen("eds", "-o", file)).status).toBe(0);
    const published = readFileSync(new URL("../../docs/bms-mini.eds", import.meta.url), "utf8");
    expect(readFileSync(file, "utf8")).toBe(published);
  });

  test("logs lists log files and fetches one, an MCAP file", { timeout: 60_000 }, async () => {
    const files = (await json("logs")) as { name: string; bytes: number }[];
    expect(files.length).toBeGreaterThan(0);
    const file = join(folder, "log.mcap");
    expect((await canopen("logs", files[0]!.name, "-o", file)).status).toBe(0);
    expect(readFileSync(file).subarray(0, 8).toString("latin1")).toBe("\x89MCAP0\r\n"); // the container's magic
    expect((await canopen("logs", "no-such-file.mcap", "-o", file)).stderr).toMatch(/no data available/);
  });
});

test("conformance holds the node against the standard, and puts back what it has written", {
  timeout: 60_000,
}, async () => {
  const before = await json("read", "1017");
  const { status, stdout } = await canopen("conformance");
  expect(stdout.match(/^✗.*$/gm)).toBeNull();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^(\d\d) of \1 rows hold$/m);
  expect(await json("read", "1017")).toEqual(before);
});

test("a bus that goes away ends a command with 1 and a line", async () => {
  const [other] = (await freePorts(1)) as [number];
  const server = createServer((socket) => {
    socket.write("< hi >");
    socket.on("data", (chunk) => {
      if (`${chunk}`.includes("< send ")) socket.end();
      else socket.write("< ok >");
    });
  });
  await new Promise<void>((resolve) => server.listen(other, "127.0.0.1", resolve));
  const { status, stderr } = await bms("canopen", "read", "soc", "--can", `socketcand:127.0.0.1:${other}`);
  server.close();
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `bms: socketcand 127.0.0.1, port ${other}, can0: the server has closed\n`,
  });
});
