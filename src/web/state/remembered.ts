// What this browser remembers for the pages, where it is allowed to: where site data are blocked, nothing is remembered and all works.

type Shelf = "localStorage" | "sessionStorage";

/** What was remembered under a key; null: nothing. */
export function recall(shelf: Shelf, key: string): string | null {
  try {
    return window[shelf].getItem(key);
  } catch {
    return null;
  }
}

/** Remembers, or forgets where there is nothing. */
export function remember(shelf: Shelf, key: string, value: string | undefined): void {
  try {
    if (value === undefined) window[shelf].removeItem(key);
    else window[shelf].setItem(key, value);
  } catch {
    // site data are blocked, or full
  }
}
