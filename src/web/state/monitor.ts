// What the page knows of the device and may ask of it: each frame of the stream is one beat, and whatever reads a number is
// computed again on it; the document changes only where the result does. What nobody follows with the eye ten times a second reads
// `calm` numbers, which are those of twice a second: a number that changes is laid out and drawn, and that is what the page costs.

import { type Accessor, createContext, createSignal, useContext } from "solid-js";
import { IMAGE_PLACES, isBelieved } from "../../model/signal-image.ts";
import { isAllowed, OPERATIONS, type OperationName } from "../../monitor/operations.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { ImageFrame } from "../../monitor/stream.ts";
import type { Link, Wish } from "../link/link.ts";
import { type Attention, createAttention } from "./attention.ts";
import { type BusListener, createHeard } from "./heard.ts";

export type Session = AnswerTo<"session">;

const PLAIN_WISH: Wish = { rate_Hz: 10, bus: false, world: true };
/** Of a device that nobody looks at. */
const ASIDE: Wish = { rate_Hz: 1, bus: false, world: false };
const BEAT_ms = 1000;

export type Monitor = ReturnType<typeof createMonitor>;

export function createMonitor(link: Link) {
  const heard = createHeard(link);
  const { recent, frame, calmFrame, device, world, events } = heard;
  const [now_ms, setNow] = createSignal(Date.now());
  const [session, setSession] = createSignal<Session>();
  const attention = createAttention(link);
  const timer = setInterval(() => {
    setNow(Date.now());
    attention.beat();
  }, BEAT_ms);
  return {
    ...{ link, recent, frame, device, world, events, session, setSession, start: heard.open },
    ...wishing(link, heard.busListeners),
    ...readingOf(heard.image, attention, frame),
    /** The same numbers twice a second, for what is read at leisure. */
    calm: { frame: calmFrame, ...readingOf(heard.image, attention, calmFrame) },
    state: () => heard.link().state,
    /** What broke the device or the link, where that is known; else empty. */
    trouble: () => heard.link().why,
    /** For how long nothing has come, s; the device's own silence counts, not the page's sleep. */
    age_s: () =>
      calmFrame() === undefined ? Number.POSITIVE_INFINITY : Math.max(0, (now_ms() - heard.heard_ms()) / 1000),
    /** Whether the link can carry it out, and the person may. */
    may: (name: OperationName): boolean =>
      link.can(name) && isAllowed(session()?.role ?? undefined, OPERATIONS[name].role),
    ask: <K extends OperationName>(name: K, input: Input<K>, signal?: AbortSignal): Promise<AnswerTo<K>> =>
      link.call(name, input, signal),
    close: (): void => {
      clearInterval(timer);
      link.close();
    },
  };
}

/** The numbers of the image, read anew with each frame. */
function readingOf(image: Float64Array, attention: Attention, frame: Accessor<ImageFrame | undefined>) {
  const placeOf = (name: string, element: number): number => {
    attention.note(name);
    return IMAGE_PLACES.get(name)!.at + element;
  };
  return {
    /** A signal's number after the last frame, believed or not. */
    raw: (name: string, element = 0): number => {
      frame();
      return image[placeOf(name, element)]!;
    },
    /** The number, or undefined where nobody vouches for it, and before the first frame. */
    value: (name: string, element = 0): number | undefined => {
      const at = placeOf(name, element);
      const number = frame() === undefined ? Number.NaN : image[at]!;
      return Number.isFinite(number) && isBelieved(image, name, element) ? number : undefined;
    },
  };
}

/** How much is told, by who looks. */
function wishing(link: Link, busListeners: Set<BusListener>) {
  let isAside = false;
  const wish = (): void => link.want(isAside ? ASIDE : { ...PLAIN_WISH, bus: busListeners.size > 0 });
  return {
    /** Frames of the buses while somebody looks; call what comes back when nobody does any more. */
    watchBus: (listener: BusListener): (() => void) => {
      busListeners.add(listener);
      wish();
      return () => {
        busListeners.delete(listener);
        wish();
      };
    },
    /** Whether another device is looked at: then little is told of this one. */
    putAside: (aside: boolean): void => {
      isAside = aside;
      wish();
    },
  };
}

export const MonitorContext = createContext<Monitor>();

/** The device that this part of the page shows. */
export function useMonitor(): Monitor {
  const monitor = useContext(MonitorContext);
  if (monitor === undefined) throw new Error("a part of the page stands outside its device");
  return monitor;
}
