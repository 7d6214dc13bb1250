// Programs that are not npm packages but that some tests talk to: other people's clients, which check ours.
// `npm test` installs what is missing when it may (root, apt-get); otherwise it says which tests stay out.
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

export interface DebianPackage {
  readonly name: string;
  readonly file: string; // present exactly when the package is installed
  readonly why: string;
  readonly tests: string;
}

export const DEBIAN_PACKAGES: readonly DebianPackage[] = [
  {
    name: "python3-can",
    file: "/usr/lib/python3/dist-packages/can/__init__.py",
    why: "reads candump logs, and reaches the CAN bus, as CAN people do",
    tests: "src/cli/log-export.test.ts, tests/can/python-can.test.ts, tests/can/canopen-session.test.ts",
  },
  {
    name: "tshark",
    file: "/usr/bin/tshark",
    why: "another program's eye on CANopen frames",
    tests: "tests/can/dissector.test.ts, tests/can/canopen-session.test.ts",
  },
  {
    name: "user-mode-linux",
    file: "/usr/bin/linux.uml",
    why: "a Linux kernel with a CAN interface, as a program",
    tests: "tests/can/socketcan.test.ts",
  },
  {
    name: "can-utils",
    file: "/usr/bin/candump",
    why: "the other side of a CAN interface of Linux",
    tests: "tests/can/socketcan.test.ts",
  },
  {
    name: "chromium",
    file: "/usr/bin/chromium",
    why: "a real browser for the monitor's pages",
    tests: "tests/monitor",
  },
  {
    name: "kmod",
    file: "/usr/sbin/insmod",
    why: "loads the kernel's CAN parts",
    tests: "tests/can/socketcan.test.ts",
  },
  {
    name: "iproute2",
    file: "/usr/sbin/ip",
    why: "makes a CAN interface",
    tests: "tests/can/socketcan.test.ts",
  },
  {
    name: "python3-canmatrix",
    file: "/usr/lib/python3/dist-packages/canmatrix/__init__.py",
    why: "reads our DBC as CAN tools do",
    tests: "tools/generate/dbc-file.test.ts",
  },
  {
    name: "mbpoll",
    file: "/usr/bin/mbpoll",
    why: "reads our Modbus server as people in the field do",
    tests: "tests/modbus/masters.test.ts",
  },
  {
    name: "libmodbus-dev",
    file: "/usr/include/modbus/modbus.h",
    why: "the Modbus library most masters are made with, and a server of it",
    tests: "tests/modbus/masters.test.ts, tests/modbus/servers.test.ts, the bench",
  },
  { name: "gcc", file: "/usr/bin/cc", why: "compiles programs of libmodbus", tests: "as libmodbus-dev" },
  { name: "libc6-dev", file: "/usr/include/stdio.h", why: "compiles programs of libmodbus", tests: "as libmodbus-dev" },
];

export function isPresent(name: string): boolean {
  return DEBIAN_PACKAGES.some((each) => each.name === name && existsSync(each.file));
}

/** Installs what is missing if it may. Returns one line per package that stays missing. */
export function providePackages(): readonly string[] {
  if (missing().length > 0 && mayInstall()) install(missing().map(({ name }) => name));
  return missing().map(({ name, why, tests }) => `without ${name} (${why}) these do not run: ${tests}`);
}

const missing = (): readonly DebianPackage[] => DEBIAN_PACKAGES.filter(({ file }) => !existsSync(file));

const mayInstall = (): boolean => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

function install(names: readonly string[]): void {
  process.stderr.write(`installing Debian packages: ${names.join(" ")}\n`);
  const options: SpawnSyncOptions = {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 600_000,
  };
  spawnSync("apt-get", ["-qq", "update"], options);
  spawnSync("apt-get", ["-qq", "install", "-y", "--no-install-recommends", ...names], options);
}
