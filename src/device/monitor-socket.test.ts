// The socket for monitors: for its user alone, wherever the data folder lies, and never taken from whoever answers at it.

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { listenAt, monitorSocket, socketAddress } from "./monitor-socket.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-socket-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

/** Whoever only looks whether somebody is there goes at once. */
const saying = (word: string) => (socket: Socket) => void socket.on("error", () => {}).end(word);

const answerAt = (path: string): Promise<string> =>
  new Promise((done, failed) => {
    const { address, release } = socketAddress(path);
    const socket = connect(address).once("error", failed).setEncoding("utf8");
    socket.once("data", (text) => {
      socket.destroy();
      release();
      done(String(text));
    });
  });

test.each([
  ["short", "a"],
  ["longer than the system's address of a socket", join("b".repeat(100), "c".repeat(100))],
])("in a folder whose path is %s it answers, with mode 0600, and leaves nothing behind", async (_, name) => {
  const folder = join(ROOT, name);
  mkdirSync(folder, { recursive: true });
  const path = monitorSocket(folder);
  const { close } = await listenAt(path, saying("here"));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await answerAt(path)).toBe("here");
  await close();
  expect(existsSync(join(folder, "ports"))).toBe(false);
});

test("what a dead process has left is replaced", async () => {
  const path = monitorSocket(join(ROOT, "d"));
  mkdirSync(join(ROOT, "d", "ports"), { recursive: true });
  await leaveDead(path);
  expect(existsSync(path)).toBe(true);
  const { close } = await listenAt(path, saying("anew"));
  expect(await answerAt(path)).toBe("anew");
  await close();
});

test("a socket at which somebody answers is left to them", async () => {
  const path = monitorSocket(join(ROOT, "e"));
  const first = await listenAt(path, saying("first"));
  await expect(listenAt(path, () => {})).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(await answerAt(path)).toBe("first");
  await first.close();
});

/** The file of a socket that nobody listens at, as a process that was killed leaves it: its server never closes it. */
async function leaveDead(path: string): Promise<void> {
  const { execFileSync } = await import("node:child_process");
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  try {
    execFileSync(process.execPath, ["-e", script], { stdio: "ignore" });
  } catch {
    // killed, as it should be
  }
}
