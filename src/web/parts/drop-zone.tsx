// Log files may be dropped anywhere on the page: they are opened, and the history is shown. Other files are said to be none, and never
// opened by the browser in the place of the page.

import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import { createFiles, FilesContext } from "../state/files.ts";
import { isLogFile } from "../state/log-files.ts";
import { go, route } from "../state/route.ts";
import { texts } from "../texts/texts.ts";

/** These show files themselves. */
const READERS: readonly string[] = ["history", "what-if"];

export const DropZone = (props: { readonly children: JSX.Element }): JSX.Element => {
  const files = createFiles();
  const [isOver, setIsOver] = createSignal(false);
  const [refused, setRefused] = createSignal<readonly string[]>([]);
  const over = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setIsOver(true);
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) setIsOver(false);
  };
  const drop = (event: DragEvent): void => {
    setIsOver(false);
    if (!carriesFiles(event) || event.defaultPrevented) return; // somebody nearer has taken them
    event.preventDefault();
    const all = [...(event.dataTransfer?.files ?? [])];
    const dropped = all.filter(isLogFile);
    setRefused(all.filter((file) => !isLogFile(file)).map(({ name }) => name));
    if (dropped.length === 0) return;
    void files.add(dropped).then(() => {
      if (!READERS.includes(route().split("/")[0] ?? "")) go("history");
    });
  };
  onMount(() => {
    const listen = { dragover: over, dragleave: leave, drop } as const;
    for (const [kind, act] of Object.entries(listen)) window.addEventListener(kind, act as EventListener);
    onCleanup(() => {
      for (const [kind, act] of Object.entries(listen)) window.removeEventListener(kind, act as EventListener);
    });
  });
  return (
    <FilesContext.Provider value={files}>
      {props.children}
      <Show when={isOver()}>
        <div class="drop-sign" aria-hidden="true">
          {texts.history.dropHere}
        </div>
      </Show>
      <Show when={refused().length > 0}>
        <div class="drop-refused" role="alert">
          {texts.history.dropOnly(refused().join(", "))}
          <button type="button" class="plain" onClick={() => setRefused([])}>
            {texts.history.dismiss}
          </button>
        </div>
      </Show>
    </FilesContext.Provider>
  );
};

const carriesFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") === true;
