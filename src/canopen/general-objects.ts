// What a node is and how it starts (CiA 301, 7.5.2): 1000h, 1002h, 1008h-100Ah, 1018h, 1020h, 1200h, 1F80h.

import { ABORT } from "./abort-codes.ts";
import { COB } from "./cob-id.ts";
import { textBytes } from "./data-types.ts";
import type { Node } from "./node-state.ts";
import type { DictionaryObject } from "./object.ts";
import { type Cell, record, variable } from "./object-shapes.ts";
import { actionCell, fixedCell, parameterCell } from "./parameter-cell.ts";

export const generalObjects = (node: Node): readonly DictionaryObject[] => {
  const { options } = node;
  return [
    variable(
      0x1000,
      "Device type",
      fixedCell("Device type", "u32", () => options.deviceType, { preset: options.deviceType }),
    ),
    variable(0x1002, "Manufacturer status register", status(node)),
    variable(0x1008, "Manufacturer device name", text("Manufacturer device name", options.deviceName)),
    variable(0x1009, "Manufacturer hardware version", text("Manufacturer hardware version", options.hardwareVersion)),
    variable(0x100a, "Manufacturer software version", text("Manufacturer software version", options.softwareVersion)),
    identity(node),
    verification(node),
    sdoServer(node),
    variable(0x1f80, "NMT startup", startup(node)),
  ];
};

const status = ({ options }: Node): Cell =>
  fixedCell("Manufacturer status register", "u32", () => options.status?.() ?? 0, { mapping: "transmit" });

const text = (name: string, value: string): Cell => ({
  entry: { name, type: "visibleString", access: "const", preset: value },
  read: () => textBytes(value),
});

function identity({ options }: Node): DictionaryObject {
  const { vendorId, productCode, revision, serial } = options.identity;
  const part = (name: string, value: number): Cell => fixedCell(name, "u32", () => value, { preset: value });
  const known = [part("Vendor-ID", vendorId), part("Product code", productCode), part("Revision number", revision)];
  return record(0x1018, "Identity object", [...known, fixedCell("Serial number", "u32", () => serial)]);
}

/** Written by a configuration tool; 0 once a parameter has changed since. */
function verification(node: Node): DictionaryObject {
  const part = (name: string, key: "configuration_d" | "configuration_ms", help: string): Cell => {
    const take = (value: number): undefined => {
      node.parameters[key] = value;
    };
    return actionCell(name, "u32", () => node.parameters[key], take, { preset: 0, help });
  };
  return record(0x1020, "Verify configuration", [
    part("Configuration date", "configuration_d", "Days since 1984-01-01."),
    part("Configuration time", "configuration_ms", "Milliseconds since midnight."),
  ]);
}

const sdoServer = (node: Node): DictionaryObject =>
  record(0x1200, "SDO server parameter", [
    fixedCell("COB-ID client to server (rx)", "u32", () => COB.sdoRequest + node.nodeId, { preset: "$NODEID+0x600" }),
    fixedCell("COB-ID server to client (tx)", "u32", () => COB.sdoAnswer + node.nodeId, { preset: "$NODEID+0x580" }),
  ]);

/** CiA 302-2: no master, so that only bit 2 means something here. */
const startup = (node: Node): Cell =>
  parameterCell(
    ...([node, "NMT startup", "u32", () => node.parameters.startup] as const),
    (value) => {
      if (value !== 0 && value !== 4) return ABORT.value;
      node.parameters.startup = value;
      return undefined;
    },
    { preset: node.options.presets.startup, help: "0: Operational by itself. 4: waits for the master." },
  );
