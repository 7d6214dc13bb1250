// Hands a text or a picture to the person as a file, as if it had come from a server. Nothing leaves the page.

/** `type`: "text/html", "application/json", "text/plain". */
export const saveFile = (name: string, type: string, text: string): void =>
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));

/** A browser may read it long after the press. */
const KEPT_ms = 60_000;

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_ms);
}

/** A time as part of a file's name: "2026-11-29-2236". */
export const timeInName = (time_ms: number): string => {
  const [day = "", clock = ""] = new Date(time_ms).toISOString().split("T");
  return `${day}-${clock.slice(0, 2)}${clock.slice(3, 5)}`;
};
