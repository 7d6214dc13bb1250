// Tables name values of the device's state by path ("measure.current_A", "measure.signals.7"). A path is resolved once,
// when a plan or a snapshot is made, into the record that holds the value and its key: records live as long as the device.

import { assert } from "../base/assert.ts";
import type { Bms } from "./bms.ts";

type Holder = { [key: string]: unknown };
export type Place = { readonly holder: Holder; readonly key: string };

/** Where a value lives. Asserts that the path exists: a wrong path is our bug and fails every test. */
export function resolve(bms: Bms, path: string): Place {
  const parts = path.split(".");
  const key = parts.pop()!;
  let holder = bms as unknown as Holder;
  for (const part of parts) {
    assert(
      typeof holder[part] === "object" && holder[part] !== null,
      "a path in a table leads through the device's state",
    );
    holder = holder[part] as Holder;
  }
  assert(key in holder, "a path in a table ends at a value of the device's state");
  return { holder, key };
}

/** The number at a place; flags count as 0 and 1. */
export const numberAt = (place: Place): number => Number(place.holder[place.key]);
