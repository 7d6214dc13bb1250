// bms modbus scan: which units answer on a line, and who they are by their own word (device identification, or the older
// report of an id). A unit that answers with an exception is there too.

import { decodeUtf8 } from "../base/utf8.ts";
import { identifyRequest, objectsOf, readRequest, serverIdRequest } from "../modbus/client.ts";
import { ModbusFailure } from "./modbus-exchange.ts";
import type { Connection } from "./modbus-target.ts";

export type FoundUnit = {
  readonly unit: number;
  readonly name: string;
  readonly objects: Readonly<Record<string, string>>;
};

/** Asks each unit in turn; `found` is called as they answer. */
export async function scan(
  { client }: Connection,
  units: readonly number[],
  timeout_ms: number,
  found: (unit: FoundUnit) => void,
): Promise<number> {
  let count = 0;
  for (const unit of units) {
    if (!(await isThere(client, unit, timeout_ms))) continue;
    count++;
    found(await identityOf({ client, unit, isLowFirst: true }));
  }
  return count;
}

/** Asked twice: servers of libmodbus take a request for themselves for the answer of the absent unit asked before them. */
async function isThere(client: Connection["client"], unit: number, timeout_ms: number): Promise<boolean> {
  for (let tries = 0; tries < 2; tries++) {
    const answer = await client.request(unit, readRequest("holding", 0, 1), timeout_ms);
    if (answer.ok || answer.failure.kind === "exception" || answer.failure.kind === "strange") return true;
    if (answer.failure.kind === "closed") throw new ModbusFailure(`unit ${unit}`, answer.failure);
  }
  return false;
}

/** All objects a unit tells of itself. */
export async function identityOf({ client, unit }: Connection): Promise<FoundUnit> {
  const objects: Record<string, string> = {};
  for (let object = 0, pieces = 0; pieces < 32; pieces++) {
    const answer = await client.request(unit, identifyRequest(3, object));
    const read = answer.ok ? objectsOf(answer.pdu) : undefined;
    if (read === undefined) break;
    for (const { id, bytes } of read.objects) objects[`0x${id.toString(16).padStart(2, "0")}`] = decodeUtf8(bytes);
    object = read.next;
    if (object === 0) break;
  }
  const [vendor, product, revision] = ["0x00", "0x01", "0x02"].map((id) => objects[id]);
  if (vendor !== undefined)
    return {
      unit,
      name: [vendor, product, revision].filter((word) => word !== undefined && word !== "").join(" "),
      objects,
    };
  const answer = await client.request(unit, serverIdRequest());
  const text = answer.ok
    ? decodeUtf8(answer.pdu.slice(4))
        .replace(/[^\x20-\x7e]/g, "")
        .trim()
    : "";
  return { unit, name: text === "" ? "answers, but does not tell who it is" : text, objects };
}
