// A Linux kernel as a program (User-Mode Linux), with this machine's files as its own: for tests of what the machine's kernel
// lacks. A script of ours runs in it as root and leaves what it found in a file.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Boots, runs a TypeScript file, and powers off.
 * @param file gets the path of the file for its results as its argument
 * @returns what it has left there, and what it said
 */
export function runInLinux(
  file: string,
  modules: string,
  timeout_ms: number,
): { readonly found: unknown; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-uml-"));
  try {
    writeFileSync(join(folder, "init.sh"), script(file, folder, modules));
    chmodSync(join(folder, "init.sh"), 0o755);
    const kernel = ["mem=512M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", "quiet"];
    const { stdout, stderr } = spawnSync(
      "linux.uml",
      [...kernel, `init=${folder}/init.sh`, "con=null", "con0=fd:0,fd:1"],
      { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", timeout: timeout_ms, killSignal: "SIGKILL" },
    );
    const results = join(folder, "results.json");
    const found: unknown = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : undefined;
    return { found, said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const script = (file: string, folder: string, modules: string): string => `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmp /run
mkdir /run/out
mount -t hostfs none /run/out -o ${folder}
export HOME=/run TMPDIR=/run PATH=/usr/sbin:/usr/bin:/sbin:/bin NODE_PATH=${modules}
ip link set lo up
${process.execPath} ${file} /run/out/results.json 2>&1
echo o > /proc/sysrq-trigger
sleep 5
`;
