// Which service a frame belongs to, by its COB-ID: a table of one byte for each 11-bit id, made anew when a COB-ID changes.
// Where two services have the same id the earlier row below has it.

import { COB, canIdOf, hasBit31 } from "./cob-id.ts";
import type { PdoParameters } from "./communication-parameters.ts";
import type { Node } from "./node-state.ts";
import { type Direction, mappingOf } from "./pdo-mapping.ts";

/** In the order of the handlers in node.ts. */
const ROUTE = {
  none: 0,
  nmt: 1,
  lss: 2,
  sdo: 3,
  errorControl: 4,
  sync: 5,
  time: 6,
  emergency: 7,
  pdo: 8,
} as const;

export const IDS = 0x800;

/** Who takes which id, from the parameters as they are now; what is more important overwrites what is less. */
export function route(node: Node): void {
  const { routes, parameters, nodeId } = node;
  routes.fill(ROUTE.none);
  for (const { cobId } of parameters.receive) if (!hasBit31(cobId)) routes[canIdOf(cobId)] = ROUTE.pdo;
  for (const cobId of parameters.emergencyConsumers) if (!hasBit31(cobId)) routes[canIdOf(cobId)] = ROUTE.emergency;
  if (hasBit31(parameters.timeCobId)) routes[canIdOf(parameters.timeCobId)] = ROUTE.time;
  routes[canIdOf(parameters.sync.cobId)] = ROUTE.sync;
  routes.fill(ROUTE.errorControl, COB.errorControl + 1, COB.errorControl + 128);
  if (nodeId <= 127) routes[COB.sdoRequest + nodeId] = ROUTE.sdo;
  routes[COB.lssRequest] = ROUTE.lss;
  routes[COB.nmt] = ROUTE.nmt;
  node.isUnmapped = isUnmapped(node, "transmit") || isUnmapped(node, "receive");
  node.isRerouted = false;
}

/** Some PDO that exists carries what cannot be carried. Its mapping cannot change before its COB-ID does. */
function isUnmapped({ dictionary, parameters }: Node, direction: Direction): boolean {
  const pdos: readonly PdoParameters[] = parameters[direction];
  return pdos.some(
    ({ cobId, mapping, mapped }) =>
      !hasBit31(cobId) && typeof mappingOf(dictionary, direction, mapping, mapped) === "number",
  );
}
