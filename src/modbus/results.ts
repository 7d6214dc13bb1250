// What came of an order, as codes that a program reads from the session's registers, with their words.

export const RESULTS = [
  "none yet",
  "done",
  "settings rejected",
  "refused by the device",
  "not logged in",
  "wrong password",
  "too many wrong passwords",
  "no service password is set",
  "nothing was staged",
  "device busy",
] as const;
export type ResultCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export const REASONS = [
  "none",
  "no such setting",
  "value does not fit",
  "conflicts with another setting",
  "only while all contactors are open",
  "words do not make a value",
] as const;
export type ReasonCode = 0 | 1 | 2 | 3 | 4 | 5;
