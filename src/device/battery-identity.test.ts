// Whether a saved state belongs to the battery at hand.
import { expect, test } from "vitest";
import { batteryIdentity, kinshipOf } from "./battery-identity.ts";

const PACK = "model 358d77cc seed 1";
const named = (serial: string, pack = PACK): string => batteryIdentity(pack, serial);

test.each([
  [PACK, PACK, "same"],
  ["model 358d77cc", PACK, "same"], // as older programs wrote it
  [named("A1"), named("A1"), "same"],
  [PACK, named("A1"), "same"], // it was given a serial number
  [named("A1"), PACK, "same"],
  [named("A1"), named("B2"), "another"],
  [named("A 1"), named("A 2"), "another"],
  [PACK, "model 358d77cc seed 2", "another"],
  [PACK, "model 00000001 seed 1", "altered"], // another capacity, another number of cells
  [named("A1"), named("A1", "model 00000001 seed 1"), "altered"],
  [named("A1"), named("B2", "model 00000001 seed 1"), "another"],
  ["board 7", "board 7", "same"],
  ["board 7", PACK, "another"],
] as const)("%s, then %s: %s", (before, now, kinship) => {
  expect(kinshipOf(before, now)).toBe(kinship);
});
