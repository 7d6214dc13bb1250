// Where the running device serves its monitor: a unix socket in the data folder, for this user alone; on Windows a named pipe.
// The system's address of a socket holds about a hundred bytes, and data folders may lie deeper: Linux then reaches it through
// an open handle of its folder, other systems by the way from the working directory, where that is shorter.

import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { basename, dirname, join, relative, resolve } from "node:path";

/** sun_path has 108 bytes on Linux and 104 on BSD and macOS, with a zero at the end. */
const MOST_bytes = 103;
/** How long whoever holds an old socket has to answer, ms. */
const PROBE_ms = 1000;

export const monitorSocket = (folder: string): string => join(folder, "ports", "monitor");

/** `release`: once the socket is closed. */
export type SocketAddress = { readonly address: string; readonly release: () => void };

const NOTHING = (): void => {};

/** What the system calls a socket's path. Throws where the path is too long for it, or the folder is missing. */
export function socketAddress(path: string): SocketAddress {
  const whole = resolve(path);
  if (process.platform === "win32") return { address: pipeName(whole), release: NOTHING };
  if (Buffer.byteLength(whole) <= MOST_bytes) return { address: whole, release: NOTHING };
  if (process.platform === "linux") return throughHandle(whole);
  const short = relative(process.cwd(), whole);
  if (Buffer.byteLength(short) <= MOST_bytes) return { address: short, release: NOTHING };
  throw new Error(`the path ${whole} is too long for a socket (${MOST_bytes} bytes): choose another data folder`);
}

function throughHandle(path: string): SocketAddress {
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  return { address: `/proc/self/fd/${folder}/${basename(path)}`, release: () => closeSync(folder) };
}

const pipeName = (path: string): string =>
  `\\\\.\\pipe\\bms-mini-${createHash("sha256").update(path.toLowerCase()).digest("hex").slice(0, 32)}`;

export type Listening = { readonly server: Server; readonly close: () => Promise<void> };

/** Of the folder in which a socket is made before others can see it. */
const MAKING = ".monitor-";

/** Listens at a path; what a dead process left there is removed, what answers is left alone, and then this throws. */
export async function listenAt(path: string, welcome: (socket: Socket) => void): Promise<Listening> {
  if (process.platform === "win32") return listenAtPipe(path, welcome);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  if (existsSync(path) && (await answers(path)))
    throw Object.assign(new Error(`another process answers at ${path}`), { code: "EADDRINUSE" });
  for (const left of readdirSync(folder)) if (left.startsWith(MAKING)) rmSync(join(folder, left), { recursive: true });
  const { server, release } = await listenUnseen(folder, path, welcome);
  const close = async (): Promise<void> => {
    await closed(server);
    release();
    rmSync(path, { force: true });
    removeEmpty(folder);
  };
  return { server, close };
}

/** Made in a folder that nobody else may enter, and shown when it is for this user alone. */
async function listenUnseen(folder: string, path: string, welcome: (socket: Socket) => void) {
  const hidden = mkdtempSync(join(folder, MAKING));
  const made = join(hidden, "s");
  const { address, release } = socketAddress(made);
  try {
    const server = await listening(address, welcome);
    chmodSync(made, 0o600);
    renameSync(made, path);
    return { server, release };
  } catch (error) {
    release();
    throw error;
  } finally {
    rmSync(hidden, { recursive: true, force: true });
  }
}

async function listenAtPipe(path: string, welcome: (socket: Socket) => void): Promise<Listening> {
  const server = await listening(socketAddress(path).address, welcome);
  return { server, close: () => closed(server) };
}

function listening(address: string, welcome: (socket: Socket) => void): Promise<Server> {
  return new Promise((done, failed) => {
    const server = createServer(welcome).once("error", failed);
    server.listen(address, () => {
      server.off("error", failed);
      done(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const { address, release } = socketAddress(path);
    const socket = connect(address);
    const end = (isThere: boolean) => (): void => {
      socket.destroy();
      release();
      done(isThere);
    };
    socket.setTimeout(PROBE_ms, end(true)); // nobody refused
    socket.once("connect", end(true)).once("error", end(false));
  });
}

/** The folder is shared with names of other ports: the last one to go takes it away. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // others are in it, or it is gone
  }
}

const closed = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()));
