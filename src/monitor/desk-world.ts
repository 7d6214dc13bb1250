// The modelled world at the desk: what people do to it. Each deed is noted in the journal's list of what was seen, as the keys
// of the terminal do.

import { FAULT_CATALOGUE, readFault, type WorldFault, type WorldFaultKind } from "../sim/fault-catalogue.ts";
import {
  applyFault,
  clearFault,
  type World as Modelled,
  pressButton,
  setAmbient,
  setCharger,
  setLoad,
} from "../sim/world.ts";
import type { WorldConfig } from "../sim/world-config.ts";
import { benchCharger, benchLoads } from "../virtual/bench.ts";
import { note } from "../virtual/journal.ts";
import type { DeskHost, Who } from "./desk-host.ts";
import { type Reply, refuse } from "./problem.ts";
import type { AnswerTo, Input } from "./schemas.ts";
import { faultWords, fittedThermistors, tellWorld } from "./tell-world.ts";

type World = Reply<AnswerTo<"world">>;

/** A short press, as on header X5. */
const PRESS_us = 300_000;

export function setWorld(host: DeskHost, input: Input<"setWorld">, { actor }: Who): World {
  const { device } = host;
  const { world, bms } = device;
  const load = input.load === undefined ? undefined : benchLoads(bms.settings).find(({ name }) => name === input.load);
  if (input.load !== undefined && load === undefined) return refuse("unknown", `there is no load "${input.load}"`);
  if (load !== undefined) {
    setLoad(world, load.load);
    tell(host, `load: ${load.name}`, actor);
  }
  if (input.charger !== undefined) plug(host, input.charger, actor);
  if (input.ambient_degC !== undefined) {
    setAmbient(world, input.ambient_degC);
    tell(host, `ambient temperature: ${input.ambient_degC} °C`, actor);
  }
  if (input.speed !== undefined) host.setSpeed(input.speed);
  if (input.button === true) pressButton(world, PRESS_us);
  return { ok: true, answer: tellWorld(host) };
}

function plug(host: DeskHost, { plugged, current_A }: NonNullable<Input<"setWorld">["charger"]>, actor: string): void {
  const { world, bms } = host.device;
  const base = world.charger.config.current_A > 0 ? world.charger.config : benchCharger(bms.settings);
  setCharger(world, { ...base, plugged, ...(current_A === undefined ? {} : { current_A }) });
  tell(
    host,
    plugged ? `charger plugged in${current_A === undefined ? "" : `, ${current_A} A`}` : "charger unplugged",
    actor,
  );
}

export function breakThing(host: DeskHost, { kind, parameters = {} }: Input<"breakThing">, { actor }: Who): World {
  const fault = readFault({ ...parameters, kind });
  if ("problem" in fault) return refuse("invalid", fault.problem);
  const { world } = host.device;
  const missing = missingPart(world, fault);
  if (missing !== undefined) return refuse("invalid", missing);
  applyFault(world, fault);
  tell(host, `broke: ${faultWords(fault)}`, actor);
  return { ok: true, answer: tellWorld(host) };
}

/** What the modelled board and pack have not, in a line: a fault there would show nowhere. */
function missingPart({ config }: Modelled, fault: WorldFault): string | undefined {
  const { cells } = config.pack;
  if ("cell" in fault && fault.cell > cells) return `the pack has ${cells} cells: there is no cell ${fault.cell}`;
  if (fault.kind === "senseWiresSwapped" && fault.wire >= cells)
    return `the pack has the wires C0 to C${cells}: there is none to swap with C${fault.wire}`;
  if ("wire" in fault && fault.wire > cells)
    return `the pack has the wires C0 to C${cells}: there is no C${fault.wire}`;
  if ("thermistor" in fault && !fittedThermistors(config).includes(fault.thermistor))
    return `there is no thermistor ${fault.thermistor}: fitted are ${fittedThermistors(config).join(", ") || "none"}`;
  if (fault.kind === "insulationFault" && !config.inputs.includes("insulationFault"))
    return "there is no insulation monitor: no input had the function Insulation status when the world began";
  return "output" in fault ? missingContactor(config, fault) : undefined;
}

/** A shorted feedback wire reads closed whatever is there; the other faults need a contact or its wire. */
function missingContactor({ outputs }: WorldConfig, { kind, output }: Extract<WorldFault, { output: number }>) {
  const { role, feedback } = outputs[output - 1]!;
  if (kind === "feedbackBroken" && !feedback) return `no feedback is wired to FB${output}`;
  const isContact = kind === "contactorWelded" || kind === "contactorStuckOpen";
  return isContact && role === "none" && !feedback ? `no contactor is connected to output ${output}` : undefined;
}

export function repair(host: DeskHost, { kind, element }: Input<"repair">, { actor }: Who): World {
  if (kind !== undefined && !Object.hasOwn(FAULT_CATALOGUE, kind))
    return refuse("unknown", `there is no fault "${kind}"`);
  const { world } = host.device;
  const before = world.activeFaults.length;
  const kinds =
    kind === undefined ? [...new Set(world.activeFaults.map((fault) => fault.kind))] : [kind as WorldFaultKind];
  for (const each of kinds) clearFault(world, each, kind === undefined || element === -1 ? undefined : element);
  const count = before - world.activeFaults.length;
  if (count > 0)
    tell(
      host,
      `repaired: ${kind === undefined ? `everything (${count})` : FAULT_CATALOGUE[kind as WorldFaultKind].title}`,
      actor,
    );
  return { ok: true, answer: tellWorld(host) };
}

const tell = ({ device, journal }: DeskHost, text: string, actor: string): void =>
  note(journal, device.run.time_us / 1e6, "info", actor === "" ? text : `${text} (${actor})`);
