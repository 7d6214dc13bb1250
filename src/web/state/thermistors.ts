// Which of the six thermistors a pack uses, and how many of them the device does not believe: those of its words that are codes.

import { SIGNALS } from "../../model/signals.ts";
import type { Monitor } from "./monitor.ts";

const PLACES = [0, 1, 2, 3, 4, 5] as const;
const UNUSED = SIGNALS["thermistorState"]!.codes!.indexOf("unused");

/** Counted from 0. Read twice a second. */
export const usedThermistors = ({ calm }: Monitor): readonly number[] =>
  PLACES.filter((place) => calm.raw("thermistorState", place) !== UNUSED);

/** Of those in use. */
export const doubtedThermistors = (monitor: Monitor): readonly number[] =>
  usedThermistors(monitor).filter((place) => monitor.calm.value("temperatures_degC", place) === undefined);
