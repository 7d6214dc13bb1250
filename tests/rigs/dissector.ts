// Another program's eye on CANopen: tshark reads a candump log and says of each frame what it takes it for. What it calls
// malformed, or an error, or does not know as CANopen, is a fault of whoever sent it.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export type Dissected = {
  /** Its place in the log, from 1 on. */
  readonly number: number;
  readonly id: number;
  /** What the frame is: "NMT Error Control", "Default-SDO", "SYNC" and so on; "" where it is no CANopen frame. */
  readonly kind: string;
  /** What tshark finds wrong with it. */
  readonly complaints: readonly string[];
};

type Layers = Readonly<Record<string, unknown>>;

/** @param log lines as `candump -L` prints them */
export async function dissect(log: string): Promise<Dissected[]> {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-tshark-"));
  try {
    const file = join(folder, "bus.log");
    writeFileSync(file, log);
    const args = ["-r", file, "-d", "can.subdissector,canopen", "-T", "json"];
    const { stdout } = await promisify(execFile)("tshark", args, { maxBuffer: 1 << 28 });
    const packets = JSON.parse(stdout) as readonly { readonly _source: { readonly layers: Layers } }[];
    return packets.map(({ _source: { layers } }) => dissected(layers));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dissected(layers: Layers): Dissected {
  const { frame, can } = layers as { frame?: Record<string, string>; can?: Record<string, string> };
  const canopen = (layers["canopen"] ?? {}) as Record<string, unknown>;
  const type = Object.keys(canopen).find((key) => key.startsWith("Type: "));
  return {
    number: Number(frame?.["frame.number"]),
    id: Number(can?.["can.id"]),
    kind: type?.slice("Type: ".length) ?? "",
    complaints: complaintsIn(layers),
  };
}

/** tshark marks what it cannot read with a layer "_ws.malformed", and what is odd with expert items of severity error or warning. */
function complaintsIn(layers: unknown, found: string[] = []): string[] {
  if (typeof layers !== "object" || layers === null) return found;
  for (const [key, value] of Object.entries(layers)) {
    if (key.startsWith("_ws.malformed")) found.push("malformed");
    if (key === "_ws.expert.message" && !found.includes(String(value))) found.push(String(value));
    complaintsIn(value, found);
  }
  return found;
}
