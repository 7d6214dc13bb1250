// COB-IDs (CiA 301, 7.3.5 and 7.5): the ids of the pre-defined connection set, the flags above them in the dictionary, and
// which ids no entry may take. This node speaks with 11-bit ids; those of 29 bits are for other protocols on the bus.

/** Ids of the pre-defined connection set (tables 40 and 41); most take the node-ID on top. */
export const COB = {
  nmt: 0x000,
  sync: 0x080,
  emergency: 0x080,
  time: 0x100,
  sdoAnswer: 0x580,
  sdoRequest: 0x600,
  errorControl: 0x700,
  lssAnswer: 0x7e4,
  lssRequest: 0x7e5,
} as const;

/** Bit 31: a PDO or EMCY that does not exist; in 1012h: TIME is consumed. */
export const BIT_31 = 0x8000_0000;
/** Bit 30: a TPDO that cannot be asked for; in 1005h and 1012h: produced. */
export const BIT_30 = 0x4000_0000;

/** Of a COB-ID as the dictionary has it, 0..FFFF FFFFh. */
export const hasBit31 = (cobId: number): boolean => cobId >= BIT_31;
/** Of a COB-ID as the dictionary has it, 0..FFFF FFFFh. */
export const hasBit30 = (cobId: number): boolean => (cobId & BIT_30) !== 0;
/** The 11-bit id. */
export const canIdOf = (cobId: number): number => cobId & 0x7ff;
/** Without bits 31 and 30. */
export const idBits = (cobId: number): number => cobId & 0x3fff_ffff;

/** First and last id of what nobody may configure (7.3.5, table 42). */
const RESTRICTED = [
  [0x000, 0x07f],
  [0x101, 0x180],
  [0x581, 0x5ff],
  [0x601, 0x67f],
  [0x6e0, 0x6ff],
  [0x701, 0x7ff],
] as const;

/** Whether nobody may configure this 11-bit id (CiA 301, 7.3.5, table 42). */
export const isRestricted = (canId: number): boolean =>
  RESTRICTED.some(([first, last]) => canId >= first && canId <= last);

/** An 11-bit id that may be configured; bits 30 and 31 are not looked at. */
export const isUsable = (cobId: number): boolean => idBits(cobId) <= 0x7ff && !isRestricted(canIdOf(cobId));
