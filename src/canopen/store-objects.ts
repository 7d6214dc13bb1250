// Store and restore (CiA 301, 7.5.2.13 and .14): 1010h and 1011h. Settings of the device are stored when they change; parameters
// of communication when "save" is written. "load" puts presets of communication into force with the next reset, not before; settings
// are changed one by one, with the rules and the journal that they have.

import { ABORT } from "./abort-codes.ts";
import { copyParameters, type StoredParameters } from "./communication-parameters.ts";
import { numberBytes, numberOf } from "./data-types.ts";
import { clearError } from "./emergency.ts";
import type { Node } from "./node-state.ts";
import { type Awaited, type DictionaryObject, DONE } from "./object.ts";
import { array, type Cell } from "./object-shapes.ts";

/** "save" and "load" as the bytes of a number. */
export const SAVE = 0x6576_6173;
export const LOAD = 0x6461_6f6c;

const ON_COMMAND = 1;
const BY_ITSELF = 2;

type Part = { readonly name: string; readonly hasCommunication: boolean };
const PARTS: readonly Part[] = [
  { name: "all", hasCommunication: true },
  { name: "communication", hasCommunication: true },
  { name: "application", hasCommunication: false },
  { name: "manufacturer defined", hasCommunication: false },
];

export const storeObjects = (node: Node): readonly DictionaryObject[] => [
  array(
    0x1010,
    "Store parameter field",
    PARTS.map((part) => storeCell(node, part)),
  ),
  array(
    0x1011,
    "Restore default parameters",
    PARTS.map((part) => restoreCell(node, part)),
  ),
];

function storeCell(node: Node, { name, hasCommunication }: Part): Cell {
  const ability = hasCommunication ? ON_COMMAND : BY_ITSELF;
  return {
    entry: { name: `Save ${name} parameters`, type: "u32", access: "rw", preset: ability },
    read: () => numberBytes("u32", ability),
    write: (data) => {
      if (numberOf("u32", data) !== SAVE) return ABORT.store;
      return hasCommunication ? keep(node, { nodeId: node.nodeId, parameters: copyParameters(node.parameters) }) : DONE;
    },
  };
}

/** Has the device keep them, or forget them; in force with the next reset. */
function keep(node: Node, parameters: StoredParameters | undefined): Awaited<typeof DONE> {
  return {
    asked: { kind: "store", parameters },
    finish: (outcome) => {
      if (outcome.kind === "busy") return ABORT.store;
      if (outcome.kind !== "stored" || !outcome.ok) return ABORT.hardware;
      node.stored = parameters;
      node.isStoredRefused = false;
      clearError(node, "stored");
      return DONE;
    },
  };
}

/** Settings of the device are not put back over the bus: sub 1 puts back what can be, sub 3 and 4 say that they cannot. */
function restoreCell(node: Node, { name, hasCommunication }: Part): Cell {
  const ability = hasCommunication ? 1 : 0;
  return {
    entry: { name: `Restore ${name} default parameters`, type: "u32", access: "rw", preset: ability },
    read: () => numberBytes("u32", ability),
    write: (data) => (hasCommunication && numberOf("u32", data) === LOAD ? keep(node, undefined) : ABORT.store),
  };
}
