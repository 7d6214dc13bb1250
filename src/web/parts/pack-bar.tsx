// The devices that are open in this page, one button each, and the ways to more: a new virtual pack, a device at a USB port.

import { createSignal, For, type JSX, lazy, Show, Suspense } from "solid-js";
import { MOST_TABS, type Tab, type Tabs } from "../state/tabs.ts";
import { texts } from "../texts/texts.ts";
import { UsbButton } from "./usb-button.tsx";
import "../style/packs.css";

const T = texts.packs;
const NewPack = lazy(async () => ({ default: (await import("./new-pack.tsx")).NewPack }));
const RenamePack = lazy(async () => ({ default: (await import("./rename-pack.tsx")).RenamePack }));

/** A virtual pack that stopped, a device whose cable is out; while one begins, its place stays as it is. */
const isLost = ({ monitor }: Tab): boolean =>
  monitor.state() === "down" || (monitor.state() === "connecting" && monitor.frame() !== undefined);

type Open = "none" | "new" | "rename";

export const PackBar = (props: { readonly tabs: Tabs }): JSX.Element => {
  const [open, setOpen] = createSignal<Open>("none");
  const chosen = (): Tab | undefined => props.tabs.chosen();
  const isFull = (): boolean => props.tabs.all().length >= MOST_TABS;
  const mayClose = (): boolean => props.tabs.all().length > 1 && chosen()?.monitor.link.home !== "server";
  return (
    <nav class="packs" aria-label={T.label}>
      <ul>
        <For each={props.tabs.all()}>
          {(tab) => (
            <li>
              <button
                type="button"
                class="pack-tab"
                aria-current={chosen() === tab ? "true" : undefined}
                onClick={() => props.tabs.choose(tab)}
              >
                {tab.name()}
                <Show when={isLost(tab)}>
                  <span class="pack-state"> · {T.states[tab.monitor.state()]}</span>
                </Show>
              </button>
            </li>
          )}
        </For>
      </ul>
      <div class="packs-acts">
        <button type="button" class="quiet" disabled={isFull()} onClick={() => setOpen("new")}>
          {T.add}
        </button>
        <UsbButton tabs={props.tabs} />
        <button type="button" class="quiet" onClick={() => setOpen("rename")}>
          {T.rename}
        </button>
        <button type="button" class="quiet" disabled={!mayClose()} onClick={() => props.tabs.close(chosen()!)}>
          {T.close}
        </button>
      </div>
      <Suspense>
        <Show when={open() === "new"}>
          <NewPack tabs={props.tabs} done={() => setOpen("none")} />
        </Show>
        <Show when={open() === "rename" && chosen()}>
          <RenamePack tab={chosen()!} done={() => setOpen("none")} />
        </Show>
      </Suspense>
    </nav>
  );
};
