// Other people's programs that ask a device over Modbus, as the tests want them: started, ended by themselves, bounded in
// time. And how values stand in registers, by the vendor's page and not by our code.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Said } from "../command-line.ts";
import type { ModbusDevice } from "../rigs/modbus-device.ts";
import type { Place } from "./library-masters.ts";

export type LinkName = Place["link"];

/** Where a library finds a device. */
export function placeOf({ pty, tcpPort, rtuTcpPort }: ModbusDevice, link: LinkName): Place {
  if (link === "RS-485") return { link, path: pty };
  return { link, port: link === "TCP" ? tcpPort : rtuTcpPort };
}

/** A program that ends by itself, within ten seconds. */
export async function program(file: string, ...words: readonly string[]): Promise<Said> {
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"], timeout: 10_000, killSignal: "SIGKILL" });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { status, stdout, stderr };
}

export type Polled = { readonly status: number | null; readonly said: string; readonly values: readonly string[] };

/** What mbpoll reads or writes, once. @param words its options; addresses count from 0 */
export async function mbpoll(
  { pty, tcpPort }: ModbusDevice,
  link: "RS-485" | "TCP",
  words: readonly string[],
  ...written: readonly number[]
): Promise<Polled> {
  const line = link === "RS-485" ? ["-m", "rtu", "-b", "9600", "-P", "none"] : ["-m", "tcp", "-p", `${tcpPort}`];
  const options = ["-0", "-1", "-a", "32", "-o", "3", ...line, ...words]; // of an option given twice the last counts
  const place = link === "RS-485" ? pty : "127.0.0.1";
  const { status, stdout, stderr } = await program("mbpoll", ...options, place, ...written.map(String));
  const values = [...stdout.matchAll(/^\[\d+\]:\s+(.*?)\s*$/gm)].map(([, value = ""]) => value);
  return { status, said: stdout + stderr, values };
}

/** A 32-bit real out of two registers, the low word first as the vendor's page has it. */
export function real(words: readonly number[], at = 0): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(words[at + 1], 0);
  bytes.writeUInt16BE(words[at], 2);
  return bytes.readFloatBE();
}

/** The same the other way round. */
export function realWords(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(2), bytes.readUInt16BE(0)];
}

/** A text as registers: UTF-8, the first of two bytes high, zeros behind it. */
export function textWords(value: string, count: number): number[] {
  const bytes = Buffer.alloc(2 * count);
  bytes.write(value);
  return Array.from({ length: count }, (_, i) => bytes.readUInt16BE(2 * i));
}

export const textOf = (words: readonly number[]): string =>
  Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]))
    .toString()
    .replace(/\0+$/, "");
