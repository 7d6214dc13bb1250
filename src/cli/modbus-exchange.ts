// Reading and writing items over a connection, in as many requests as it takes; what fails is told in one line with the
// register it belongs to.

import type { Exchanged, Failure } from "../device/modbus-client.ts";
import { exceptionOf, mostOf, readRequest, valuesOf, writeRequest } from "../modbus/client.ts";
import type { Item } from "../modbus/item-text.ts";
import { LIMITS } from "../modbus/protocol.ts";
import type { Table } from "../modbus/register.ts";
import type { Connection } from "./modbus-target.ts";

/** What the other side did not do. The command ends with code 1. */
export class ModbusFailure extends Error {
  override name = "ModbusFailure";
  readonly failure: Failure;
  constructor(what: string, failure: Failure) {
    super(`${what}: ${failure.message}`);
    this.failure = failure;
  }
}

/** Throws a ModbusFailure. */
export function orFail(what: string, exchanged: Exchanged): Uint8Array {
  if (exchanged.ok) return exchanged.pdu;
  throw new ModbusFailure(what, exchanged.failure);
}

/** The words (or bits, as 0 and 1) of an item. Throws a ModbusFailure. */
export const readItem = (connection: Connection, { label, table, address, words, count }: Item): Promise<Uint16Array> =>
  readWords(connection, label, table, address, words * count);

export async function readWords(
  { client, unit }: Connection,
  label: string,
  table: Table,
  address: number,
  count: number,
): Promise<Uint16Array> {
  const all = new Uint16Array(count);
  for (let done = 0; done < count; ) {
    const part = Math.min(mostOf(table), count - done);
    const pdu = orFail(label, await client.request(unit, readRequest(table, address + done, part)));
    const read = valuesOf(table, part, pdu);
    if (!read.ok)
      throw new ModbusFailure(label, {
        kind: "strange",
        code: exceptionOf(pdu),
        message: "the answer does not fit the request",
      });
    all.set(read.words, done);
    done += part;
  }
  return all;
}

/** Writes words from an address on, in as few requests as they need. Throws a ModbusFailure. */
export async function writeWords(
  { client, unit }: Connection,
  label: string,
  address: number,
  words: readonly number[],
): Promise<void> {
  for (let done = 0; done < words.length; done += LIMITS.writeRegisters) {
    const part = words.slice(done, done + LIMITS.writeRegisters);
    orFail(label, await client.request(unit, writeRequest(address + done, part)));
  }
}
