// What was thrown, as text: JavaScript may throw anything, and people should read what went wrong.

/** The message of an error, or whatever was thrown as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
