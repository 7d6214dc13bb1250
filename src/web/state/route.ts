// Which page is shown: the part of the address behind "#/", so that the same files work from any folder and any server.

import { createSignal } from "solid-js";

const read = (): string => location.hash.replace(/^#\/?/, "").split("?")[0] ?? "";
const [path, setPath] = createSignal(read());
window.addEventListener("hashchange", () => setPath(read()));

/** "pack", "why/17". */
export const route = path;
export const go = (to: string): void => {
  location.hash = `#/${to}`;
};
