// Registers by name, for people: "soc", "cells_V[3]", "battery.cells" of our map, "vendor.current_A", "802.SoC" of SunSpec.

import type { Register } from "./register.ts";
import { HOLDING_REGISTERS, INPUT_REGISTERS } from "./register-map.ts";

export type NamedValue = {
  readonly register: Register;
  /** Of several values side by side, which one, from 0; undefined: all of them. */
  readonly element: number | undefined;
};

const BY_NAME: ReadonlyMap<string, Register> = new Map(
  [...INPUT_REGISTERS, ...HOLDING_REGISTERS].map((register) => [fullName(register), register]),
);

export function fullName({ map, name }: Register): string {
  return map === "vendor" ? `vendor.${name}` : name;
}

export const REGISTER_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The register of a name; an index in brackets counts from 1, as the headers do. Undefined where there is none. */
export function named(text: string): NamedValue | undefined {
  const [, name = "", index] = /^([^[\]]+)(?:\[(\d+)\])?$/.exec(text) ?? [];
  const register = BY_NAME.get(name);
  if (register === undefined) return undefined;
  if (index === undefined) return { register, element: undefined };
  const element = Number(index) - 1;
  return element >= 0 && element < register.count ? { register, element } : undefined;
}
