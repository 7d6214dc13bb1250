// The shelf of scenarios that a virtual device can be started in: read once, when it is first looked at.

import type { ScenarioTold } from "../../monitor/desk-host.ts";
import { readScenario, type Scenario } from "../../sim/scenario/scenario.ts";

/** Plain data of each scenario, by name. */
export type ScenarioFiles = ReadonlyMap<string, unknown>;

export type ScenarioShelf = {
  /** All there are; none before they are read. */
  readonly list: () => readonly ScenarioTold[];
  /** A scenario by name. Rejects where there is none, or its file is wrong. */
  readonly load: (name: string) => Promise<Scenario>;
  /** Reads all of them, for the list. */
  readonly open: () => Promise<void>;
};

/** @param read fetches the files */
export function createShelf(read: () => Promise<ScenarioFiles>): ScenarioShelf {
  let scenarios: Promise<ReadonlyMap<string, Scenario>> | undefined;
  let list: readonly ScenarioTold[] = [];
  const open = async (): Promise<ReadonlyMap<string, Scenario>> => {
    const found = new Map([...(await read())].map(([name, data]) => [name, scenarioOf(name, data)]));
    list = [...found].map(([name, { description, duration_s }]) => ({ name, description, duration_s }));
    return found;
  };
  const opened = (): Promise<ReadonlyMap<string, Scenario>> => {
    scenarios ??= open();
    return scenarios;
  };
  return {
    list: () => list,
    load: async (name) => {
      const scenario = (await opened()).get(name);
      if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
      return scenario;
    },
    open: async () => void (await opened()),
  };
}

function scenarioOf(name: string, data: unknown): Scenario {
  const read = readScenario(data);
  if (!read.ok) throw new Error(`the scenario ${name} cannot be read: ${JSON.stringify(read.problems)}`);
  return read.scenario;
}
