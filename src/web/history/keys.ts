// Keys on the plots: what each does to the view and the cursors.

import { middleOf, moved, type View, zoomed } from "./view.ts";

export type KeyHost = {
  readonly view: View;
  readonly change: (view: View) => void;
  readonly setCursor: (number: number, at_us: number) => void;
  readonly back: () => void;
  readonly all: () => void;
};

const STEP = 0.1;
const SCREEN = 0.9;
const ZOOM = 1.5;

const KEYS: Readonly<Record<string, (host: KeyHost) => void>> = {
  ArrowLeft: ({ view, change }) => change(moved(view, -STEP)),
  ArrowRight: ({ view, change }) => change(moved(view, STEP)),
  PageUp: ({ view, change }) => change(moved(view, -SCREEN)),
  PageDown: ({ view, change }) => change(moved(view, SCREEN)),
  "+": ({ view, change }) => change(zoomed(view, middleOf(view), 1 / ZOOM)),
  "=": ({ view, change }) => change(zoomed(view, middleOf(view), 1 / ZOOM)),
  "-": ({ view, change }) => change(zoomed(view, middleOf(view), ZOOM)),
  ArrowUp: ({ view, change }) => change(zoomed(view, middleOf(view), 1 / ZOOM)),
  ArrowDown: ({ view, change }) => change(zoomed(view, middleOf(view), ZOOM)),
  Home: ({ all }) => all(),
  Backspace: ({ back }) => back(),
  "1": ({ view, setCursor }) => setCursor(0, middleOf(view)),
  "2": ({ view, setCursor }) => setCursor(1, middleOf(view)),
};

/** Does what a key means; with Ctrl, Alt or Meta it is the browser's. */
export function pressKey(event: KeyboardEvent, host: KeyHost): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act(host);
}
