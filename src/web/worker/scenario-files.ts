// The files of the shipped scenarios as text, all in one part of the page that is loaded when somebody wants a scenario.

import { parse } from "yaml";

const FILES = import.meta.glob("../../sim/scenarios/*.yaml", { query: "?raw", import: "default", eager: true });

/** What stands in each file, by its name without the ending, in their order. */
export const readFiles = (): ReadonlyMap<string, unknown> =>
  new Map(
    Object.keys(FILES)
      .sort()
      .map((path) => [path.replace(/^.*\/|\.yaml$/g, ""), parse(FILES[path]!)]),
  );
