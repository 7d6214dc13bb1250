// Programmer errors stop here. A failed assertion is our bug: the loop opens the contactors and ends.
// Messages are fixed strings, because building one per cell would cost more than the check itself.

export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Stop when `condition` does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** For the default branch of an exhaustive switch: compiles only while every member is handled. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`);
}
