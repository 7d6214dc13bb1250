// The SocketCAN adapter on a real CAN interface of Linux, in a kernel that runs as a program (User-Mode Linux), with can-utils
// as the other side. What is asserted is what was said, never how fast.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { isPresent } from "../../tools/debian-packages.ts";
import { provideSocketCan } from "../../tools/socketcan-package.ts";
import { runInLinux } from "../rigs/user-mode-linux.ts";

const SESSION = new URL("./vcan-session.ts", import.meta.url).pathname;
const NEEDED = ["user-mode-linux", "can-utils", "kmod", "iproute2"];

const isPossible = NEEDED.every(isPresent) && existsSync("/usr/lib/uml/modules");

type Found = {
  readonly refusals: readonly string[];
  readonly told: readonly string[];
  readonly dumped: readonly string[];
  readonly generated: readonly string[];
  readonly sent: readonly string[];
  readonly states: readonly string[];
  readonly lost: number;
};

/** Where any of it is missing, `npm test` says so at its end (tools/debian-packages.ts). */
test.skipIf(!isPossible)(
  "a CAN interface of Linux, where User-Mode Linux is installed: missing, down, up, off the bus, gone; frames both ways",
  { timeout: 180_000 },
  (context) => {
    const modules = provideSocketCan();
    if (modules === undefined) return context.skip("the npm package socketcan cannot be built here");
    const { found, said } = runInLinux(SESSION, modules, 90_000);
    expect(found, said).toBeDefined();
    const { refusals, told, dumped, generated, sent, states, lost } = found as Found;
    expect(refusals).toEqual([
      "no interface vcan0, and no CAN in this kernel",
      "there is no interface vcan0",
      expect.stringMatching(/^vcan0 is down; its administrator: ip link set vcan0 up type can bitrate 250000/),
    ]);
    expect(dumped).toEqual(["123#DEADBEEF", "18FF50E5#0102030405060708", "720#R1", "080#"]);
    expect(generated).toHaveLength(200);
    for (const [i, line] of generated.entries())
      expect(line).toMatch(new RegExp(`^${i.toString(16).toUpperCase().padStart(3, "0")}#[\\dA-F]{16}$`));
    expect(sent).toEqual(["1F334455#1122", "321#R"]);
    expect(states).toEqual(["warning 0", "passive 160", "off 160", "active 0"]);
    expect(told.map((words) => words.replace(/;.*/, ""))).toEqual([
      "failed CAN: SocketCAN vcan0: vcan0 is down",
      "opened CAN: SocketCAN vcan0",
      "noticed CAN: SocketCAN vcan0: the controller has gone off the bus",
      "noticed CAN: SocketCAN vcan0: on the bus again",
      expect.stringMatching(/^failed CAN: SocketCAN vcan0: vcan0 (is down|has gone)/),
      "opened CAN: SocketCAN vcan0",
      expect.stringMatching(/^failed CAN: SocketCAN vcan0: /),
    ]);
    expect(lost).toBe(0);
  },
);
