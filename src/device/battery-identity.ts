// Which battery a saved state belongs to: the modelled pack (what it is made of, its seed) and the serial number people gave
// it. A changed setting may make another model of the same battery; another seed or serial number is another battery.

const PATTERN = /^(model [0-9a-f]+)(?: seed (\d+))?(?: serial (.*))?$/s;

/** As it stands in the store, for example "model 358d77cc seed 1 serial SN-9". */
export const batteryIdentity = (pack: string, serialNumber: string): string =>
  serialNumber === "" ? pack : `${pack} serial ${serialNumber}`;

/** "same": goes on as it was; "altered": the same battery, modelled otherwise; "another": begins anew. */
export type Kinship = "same" | "altered" | "another";

/** What an earlier identity has to do with the present one. What one of them does not tell does not part them. */
export function kinshipOf(before: string, now: string): Kinship {
  const [was, is] = [PATTERN.exec(before), PATTERN.exec(now)];
  if (was === null || is === null) return before === now ? "same" : "another";
  const [, model, seed = is[2], serial = is[3]] = was;
  if (seed !== is[2] || (is[3] !== undefined && serial !== is[3])) return "another";
  return model === is[1] ? "same" : "altered";
}
