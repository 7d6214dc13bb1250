// The past that a page shows: files as soon as some are open, until somebody chooses the device again.

import { createEffect, createMemo, createSignal, on } from "solid-js";
import { useFiles } from "../state/files.ts";
import { useMonitor } from "../state/monitor.ts";
import { type Past, pastOfDevice, pastOfFiles } from "./past.ts";

export function createChosenPast() {
  const files = useFiles();
  const monitor = useMonitor();
  const [kind, choose] = createSignal<Past["kind"]>(files.open().length > 0 ? "files" : "device");
  createEffect(on(files.open, (open) => choose(open.length > 0 ? "files" : "device"), { defer: true }));
  /** As the page says that has asked for it. */
  const [isDamaged, setDamaged] = createSignal(false);
  const past = createMemo((): Past => {
    files.open(); // other files are another past
    return kind() === "files" ? pastOfFiles(files) : pastOfDevice(monitor, isDamaged);
  });
  return { past, kind, choose, setDamaged };
}
