// Other people's programs on the bus of a real `bms run`: Debian's python-can over TCP (socketcand) and at the pseudo-terminal
// (slcan), its logger, clients that are killed in the middle; and our own commands beside them.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { QUEUE } from "../../src/device/can-hub.ts";
import { frameOfCandump } from "../../src/log/can-frame.ts";
import { isPresent } from "../../tools/debian-packages.ts";
import { bmsProcess, startProcess } from "../command-line.ts";
import { dissect } from "../rigs/dissector.ts";
import { endProcess, freePorts, type ModbusDevice, startModbusDevice } from "../rigs/modbus-device.ts";

/** Debian's own Python, whichever else is first on the path. */
const PYTHON = "/usr/bin/python3";
const hasPython = isPresent("python3-can");

let device: ModbusDevice;
let port = 0;
const folder = mkdtempSync(join(tmpdir(), "bms-mini-can-"));
beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  device = await startModbusDevice({ canPort: { serverPort: port, log: true }, can: { bitRate: "500" } });
  await Promise.all([/^bms: CAN bus can0 \(socketcand\) at/m, /^bms: CAN: slcan adapter at/m].map(device.told));
});
afterAll(async () => {
  await device?.end();
  rmSync(folder, { recursive: true, force: true });
});

const bus = (): string => `socketcand:127.0.0.1:${port}`;
const terminal = (): string => join(device.data, "ports/can");

test.skipIf(!hasPython)(
  "python-can, where it is installed, exchanges frames with itself through both of the device's doors, and none is lost",
  { timeout: 60_000 },
  async () => {
    const script = new URL("./exchange.py", import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(PYTHON, [script, `${port}`, terminal(), "500000", "500"]);
    expect(JSON.parse(stdout)).toEqual({
      ...{ version: [10, 13], serial: "BM51", down: true, up: true },
      at_tcp: ["000007A1#", "000007A1#FFFFFFFFFFFFFFFF", "1FFFFFFF#0001"], // python-can 4.1 takes all ids there for long ones
      at_pty: ["7A1#", "7A1#FFFFFFFFFFFFFFFF", "1FFFFFFF#0001"],
    });
  },
);

test.skipIf(!hasPython)(
  "can_logger, where it is installed, records at the terminal what bms can replay plays over TCP",
  { timeout: 60_000 },
  async () => {
    const [played, recorded] = [join(folder, "played.log"), join(folder, "recorded.log")];
    const bytes = Array.from({ length: 50 }, (_, i) => `${i}`.padStart(2, "0"));
    writeFileSync(played, bytes.map((byte, i) => `(1700000000.0${10 + i}000) can0 7B0#${byte}\n`).join(""));
    const logger = spawn(
      PYTHON,
      ["-m", "can.logger", "-i", "slcan", "-c", terminal(), "-b", "500000", "-f", recorded],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const framesIn = (): string[] =>
      readFileSync(recorded, { encoding: "utf8", flag: "a+" })
        .split("\n")
        .flatMap((line) => frameOfCandump(line) ?? [])
        .filter(({ frame }) => frame.id === 0x7b0)
        .map(({ frame }) => Buffer.from(frame.data).toString("hex"));
    await once(createInterface(logger.stdout), "line"); // "Connected to ..."
    const { status, stderr } = await bmsProcess("can", "replay", played, "--can", bus());
    expect({ status, stderr }).toEqual({ status: 0, stderr: "bms: 50 frames sent\n" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    logger.kill("SIGINT");
    await once(logger, "close");
    expect(framesIn()).toEqual(bytes);
  },
);

describe("bms can", () => {
  /** `bms can dump` in a process; its lines as they come. */
  async function dumping(...words: readonly string[]) {
    const child = startProcess("can", "dump", ...words);
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => lines.push(line));
    const ended = once(child, "close");
    return { child, lines, ended };
  }

  test("dump prints at one door what send sends at the other, filtered, as candump does", {
    timeout: 40_000,
  }, async () => {
    const { lines, ended } = await dumping("7C0:7F0", "18FF0001", "--count", "4", "--can", bus());
    const until = async (): Promise<void> => {
      while (lines.length < 4) {
        const frames = ["7C0#DEADBEEF", "7CF#", "7D0#01", "18FF0001#02", "18FF0002#03"];
        const { status, stderr } = await bmsProcess("can", "send", ...frames, "--can", device.data);
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      }
    };
    await Promise.all([until(), ended]);
    const frames = lines.map((line) => /^\(\d{10}\.\d{6}\) can0 (\S+)$/.exec(line)?.[1]);
    expect(new Set(frames)).toEqual(new Set(["7C0#DEADBEEF", "7CF#", "18FF0001#02"]));
  });

  test.each([
    [["can", "dump", "--can", "socketcand:127.0.0.1:1"], 2, /ECONNREFUSED/],
    [
      ["can", "dump", "--can", "socketcan:nocan7"],
      2,
      /SocketCAN nocan7: (no interface|there is no interface|the npm package)/,
    ],
    [["can", "dump", "--can", "slcan:/nowhere"], 2, /slcan \/nowhere at 250 kbit\/s: .*No such file/],
    [["can", "dump", "--can", "/nowhere"], 2, /"\/nowhere" is no bus and no folder/],
    [["can", "dump", "xyz"], 2, /"xyz" is no filter/],
    [["can", "send", "123"], 2, /"123" is no frame/],
    [["can", "send", "800#00"], 2, /"800#00" is no frame/],
    [["can", "send", "123#112233445566778899"], 2, /is no frame/],
    [["can", "dump", "--bit-rate", "300", "--can", "slcan:/dev/x"], 2, /--bit-rate must be one of/],
    [["can", "replay", "/nowhere/x.log"], 2, /cannot read/],
    [["can", "replay", "package.json"], 2, /line 1 is no frame/],
  ])("%j ends with %d and one line", { timeout: 20_000 }, async (words, status, line) => {
    const said = await bmsProcess(...words);
    expect(said.status).toBe(status);
    expect(said.stderr).toMatch(line);
    expect(said.stderr.trim().split("\n")).toHaveLength(1);
  });

  test("dump ends with 1 and a line when the bus goes away", { timeout: 40_000 }, async () => {
    const [other] = (await freePorts(1)) as [number];
    const server = createServer((socket) => {
      socket.write("< hi >");
      socket.on("data", (chunk) => {
        if (`${chunk}`.includes("rawmode")) socket.end("< ok >");
        else socket.write("< ok >");
      });
    });
    await new Promise<void>((resolve) => server.listen(other, "127.0.0.1", resolve));
    const { status, stderr } = await bmsProcess("can", "dump", "--can", `socketcand:127.0.0.1:${other}`);
    server.close();
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `bms: socketcand 127.0.0.1, port ${other}, can0: the server has closed\n`,
    });
  });
});

test("what is on the bus stands in the log, and comes out of it as a candump log", { timeout: 60_000 }, async () => {
  const frames = Array.from({ length: 20 }, (_, i) => `7D5#${`${i}`.padStart(2, "0")}`);
  expect((await bmsProcess("can", "send", ...frames, "--can", bus())).status).toBe(0);
  const logged = async (): Promise<readonly string[]> => {
    const { stdout } = await bmsProcess("log", "export", device.data, "--format", "candump", "--output", "-");
    return stdout.split("\n").filter((line) => / can0 7D5#/.test(line));
  };
  let lines = await logged();
  while (lines.length < frames.length) lines = await logged();
  expect(lines.map((line) => line.split(" ")[2])).toEqual(frames);
  const times = lines.map((line) => frameOfCandump(line)?.time_us ?? 0);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test.skipIf(!isPresent("tshark"))(
  "tshark, where it is installed, finds nothing malformed in what the device itself has put on the bus",
  { timeout: 60_000 },
  async () => {
    const { stdout } = await bmsProcess("log", "export", device.data, "--format", "candump", "--output", "-");
    const own = stdout.split("\n").filter((line) => / can0 (?:720|0A0|1A0|2A0|3A0|4A0|5A0)#/.test(line));
    const found = await dissect(own.join("\n"));
    expect(found).toHaveLength(own.length);
    expect(found.filter(({ kind, complaints }) => kind === "" || complaints.length > 0)).toEqual([]);
    expect(found.filter(({ kind }) => kind === "NMT Error Control").length).toBeGreaterThan(1);
  },
);

describe("the device's server", () => {
  /** A client on the bus: it hears from here on. */
  async function client() {
    const socket = connect({ port, host: "127.0.0.1" }).setEncoding("latin1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("< open can0 >< rawmode >");
    for (let said = ""; !said.includes("< ok >< ok >"); ) said += (await once(socket, "data"))[0];
    return socket;
  }

  test("has clients as a signal, forgets those that are killed, and goes on", { timeout: 40_000 }, async () => {
    const killed = startProcess("can", "dump", "--can", bus());
    const mute = await client();
    await device.until(({ signals }) => Number(signals["canClients"]) === 2);
    killed.kill("SIGKILL");
    mute.resetAndDestroy();
    await device.until(({ signals }) => Number(signals["canClients"]) === 0);
    await endProcess(killed);
    expect((await bmsProcess("can", "send", "7E0#00", "--can", bus())).status).toBe(0);
  });

  test("bounds a flood by the bit rate, loses none of it, and ticks on", { timeout: 60_000 }, async () => {
    const [flood, witness] = [await client(), await client()];
    let heard = "";
    witness.on("data", (chunk: string) => {
      heard += chunk;
    });
    const count = 4000;
    const began_ms = performance.now();
    let answers = "";
    flood.write(`${"< send 7F0 8 AA AA AA AA AA AA AA AA >".repeat(count)}< echo >`);
    for await (const chunk of flood) {
      answers += chunk;
      if (answers.includes("< echo >")) break;
    }
    const least_ms = ((count - QUEUE) * 111) / 500 - 10; // 111 bits at least, 10 ms saved up, the last ones still wait
    expect(performance.now() - began_ms).toBeGreaterThan(least_ms);
    while ((heard.match(/frame 7F0/g)?.length ?? 0) < count) await once(witness, "data");
    witness.destroy();
    expect((await device.next()).mode).toBe("running");
  });

  test.each([
    ["garbage", `${"\x00\xff<>".repeat(1000)}`],
    ["an element without an end", "< send ".repeat(100_000)],
    ["another bus", "< open can7 >"],
  ])("survives %s", { timeout: 30_000 }, async (_, text) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    await once(socket, "connect");
    await new Promise((resolve) => socket.write(text, "latin1", resolve));
    socket.destroy();
    expect((await bmsProcess("can", "send", "7E0#00", "--can", bus())).status).toBe(0);
  });
});
