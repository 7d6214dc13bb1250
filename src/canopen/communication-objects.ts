// The communication area of the dictionary (CiA 301, 7.5.2): all objects 1000h-1FFFh of a node.

import { errorObjects } from "./error-objects.ts";
import { generalObjects } from "./general-objects.ts";
import type { Node } from "./node-state.ts";
import type { DictionaryObject } from "./object.ts";
import { pdoObjects } from "./pdo-objects.ts";
import { storeObjects } from "./store-objects.ts";
import { syncObjects } from "./sync-objects.ts";

export const communicationObjects = (node: Node): readonly DictionaryObject[] => [
  ...generalObjects(node),
  ...errorObjects(node),
  ...syncObjects(node),
  ...storeObjects(node),
  ...pdoObjects(node),
];
