// What a person typed cannot be carried out: the command line says it in one line, changes nothing and ends with code 2.

export class UsageError extends Error {
  override name = "UsageError";
}
