// Hands on a plot: the wheel zooms where it is, dragging chooses a time (with Shift, or by finger, it moves), two fingers zoom, a click
// sets a cursor.

import type uPlot from "uplot";
import { type View, viewOf, zoomed } from "./view.ts";

export type PointerHost = {
  readonly view: View;
  readonly change: (view: View) => void;
  readonly setCursor: (number: number, at_us: number) => void;
};

const WHEEL = 1.0015;
/** Less than this is a click, pixels. */
const STILL_px = 4;

type Down = { readonly x: number; readonly view: View; readonly moves: boolean };

/** @returns what ends it */
export function listenToPointer(host: HTMLElement, plotOf: () => uPlot | undefined, props: PointerHost): () => void {
  const down = new Map<number, Down>();
  const mark = document.createElement("div");
  mark.className = "chart-choice";
  const xOf = (event: MouseEvent): number => {
    const over = plotOf()?.over.getBoundingClientRect();
    return event.clientX - (over?.left ?? 0);
  };
  const timeAt = (x: number): number => (plotOf()?.posToVal(x, "x") ?? 0) * 1e6;
  const perPixel = (view: View): number => (view.to_us - view.from_us) / (plotOf()?.over.clientWidth || 1);

  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const factor = WHEEL ** (event.deltaMode === 0 ? event.deltaY : 40 * event.deltaY);
    props.change(zoomed(props.view, timeAt(xOf(event)), factor));
  };
  const press = (event: PointerEvent): void => {
    if (event.button !== 0 && event.button !== 1) return;
    const moves = event.pointerType !== "mouse" || event.shiftKey || event.button === 1;
    host.setPointerCapture(event.pointerId);
    down.set(event.pointerId, { x: xOf(event), view: props.view, moves });
    for (const [id, each] of down) down.set(id, { ...each, view: props.view });
  };
  const move = (event: PointerEvent): void => {
    const begun = down.get(event.pointerId);
    if (begun === undefined) return;
    const x = xOf(event);
    if (down.size === 2) pinch(event.pointerId, x);
    else if (begun.moves) {
      const by_us = (begun.x - x) * perPixel(begun.view);
      props.change(viewOf(begun.view.from_us + by_us, begun.view.to_us + by_us));
    } else if (Math.abs(x - begun.x) > STILL_px) {
      plotOf()?.over.append(mark);
      mark.style.left = `${Math.min(x, begun.x)}px`;
      mark.style.width = `${Math.abs(x - begun.x)}px`;
    }
  };
  /** The distance of two fingers is the length of the view. */
  const pinch = (id: number, x: number): void => {
    const one = down.get(id)!;
    const [, other] = [...down].find(([each]) => each !== id)!;
    const before = Math.abs(one.x - other.x);
    const now = Math.abs(x - other.x);
    if (before < STILL_px || now < STILL_px) return;
    const middle_us = one.view.from_us + ((one.x + other.x) / 2) * perPixel(one.view);
    props.change(zoomed(one.view, middle_us, before / now));
  };
  const lift = (event: PointerEvent): void => {
    const begun = down.get(event.pointerId);
    down.delete(event.pointerId);
    mark.remove();
    if (begun === undefined || down.size > 0) return;
    const x = xOf(event);
    if (Math.abs(x - begun.x) <= STILL_px) props.setCursor(event.altKey ? 1 : 0, timeAt(x));
    else if (!begun.moves) props.change(viewOf(timeAt(begun.x), timeAt(x)));
  };
  const cancel = (event: PointerEvent): void => {
    down.delete(event.pointerId);
    mark.remove();
  };
  const listeners = { pointerdown: press, pointermove: move, pointerup: lift, pointercancel: cancel } as const;
  host.addEventListener("wheel", wheel, { passive: false });
  for (const [kind, act] of Object.entries(listeners)) host.addEventListener(kind, act as EventListener);
  return () => {
    host.removeEventListener("wheel", wheel);
    for (const [kind, act] of Object.entries(listeners)) host.removeEventListener(kind, act as EventListener);
  };
}
