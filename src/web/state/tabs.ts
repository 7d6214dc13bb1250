// The devices that are open in this page, one of which is shown: that of the server, virtual packs that each run in a worker of their
// own, and devices at a USB port. What makes a virtual pack is remembered in this browser; its state is not.

import { createSignal } from "solid-js";
import type { Link } from "../link/link.ts";
import { BENCH, type VirtualStart } from "../worker/messages.ts";
import { createMonitor, type Monitor } from "./monitor.ts";
import { recall, remember } from "./remembered.ts";

export type Tab = {
  readonly id: number;
  readonly monitor: Monitor;
  /** What makes it, where it is virtual. */
  readonly start: VirtualStart | undefined;
  readonly name: () => string;
  readonly rename: (name: string) => void;
};

export type Tabs = ReturnType<typeof createTabs>;

const KEY = "bms-packs";
export const MOST_TABS = 8;
const LONGEST_NAME = 40;
const NOBODY = { name: null, role: null, needsOwner: false, csrf: "" } as const;

export const PLAIN_START: VirtualStart = { name: "Pack 1", scenario: BENCH, seed: 1, changes: {}, speed: 1 };

/** No device is open yet. */
export function createTabs() {
  const [all, setAll] = createSignal<readonly Tab[]>([]);
  const [chosen, setChosen] = createSignal<Tab>();
  let last = 0;
  const keep = (): void => keepTabs(all(), chosen());
  const choose = (tab: Tab): void => {
    for (const { monitor } of all()) monitor.putAside(monitor !== tab.monitor);
    setChosen(tab);
    keep();
  };
  /** Opens a device beside the others; it is shown at once where `isShown`. */
  const add = (link: Link, name: string, start?: VirtualStart, isShown = true): Tab => {
    const [ownName, setName] = createSignal(name.slice(0, LONGEST_NAME));
    const rename = (to: string): void => {
      setName(to.slice(0, LONGEST_NAME));
      keep();
    };
    const tab: Tab = { id: ++last, monitor: createMonitor(link), start, name: ownName, rename };
    setAll([...all(), tab]);
    void enter(tab.monitor);
    if (isShown) choose(tab);
    else tab.monitor.putAside(true);
    return tab;
  };
  /** Starts a virtual pack. */
  const addVirtual = async (start: VirtualStart, isShown = true): Promise<Tab> => {
    const { WorkerLink } = await import("../link/worker-link.ts");
    return add(new WorkerLink(start), start.name, start, isShown);
  };
  const close = (tab: Tab): void => {
    const rest = all().filter((each) => each !== tab);
    const next = rest[Math.max(0, all().indexOf(tab) - 1)];
    if (next === undefined) return; // the last one stays
    setAll(rest);
    if (chosen() === tab) choose(next);
    tab.monitor.close();
    keep();
  };
  return { all, chosen, choose, add, addVirtual, close };
}

/** Finds out who may look, and looks. */
async function enter(monitor: Monitor): Promise<void> {
  const isOpen = monitor.link.home !== "server"; // only a server has accounts
  if (isOpen) monitor.start();
  const session = await monitor.ask("session", {}).catch(() => NOBODY);
  monitor.setSession(session);
  if (!isOpen && session.role !== null) monitor.start();
}

type Kept = { readonly packs: readonly VirtualStart[]; readonly chosen: number };

/** Which of the virtual packs is chosen: -1: none of them. */
function keepTabs(all: readonly Tab[], chosen: Tab | undefined): void {
  const virtual = all.filter(({ start }) => start !== undefined);
  const packs = virtual.map(({ start, name }) => ({ ...start!, name: name() }));
  const kept: Kept = { packs, chosen: chosen === undefined ? -1 : virtual.indexOf(chosen) };
  remember("localStorage", KEY, JSON.stringify(kept));
}

/** What was open last time; nothing where nothing is remembered, or what is makes no sense. */
export function remembered(): Kept {
  try {
    const { packs, chosen } = JSON.parse(recall("localStorage", KEY) ?? "") as Partial<Kept>;
    if (Array.isArray(packs) && packs.every(isStart))
      return { packs: packs.slice(0, MOST_TABS), chosen: typeof chosen === "number" ? chosen : -1 };
  } catch {
    // as if nothing were there
  }
  return { packs: [], chosen: -1 };
}

function isStart(value: unknown): value is VirtualStart {
  const { name, scenario, seed, changes, speed } = (value ?? {}) as Partial<VirtualStart>;
  const hasWords = typeof name === "string" && typeof scenario === "string" && typeof changes === "object";
  return hasWords && changes !== null && typeof seed === "number" && typeof speed === "number";
}
