// Committed documents say what the tables say.

import { dirname } from "node:path";
import { expect, test } from "vitest";
import { staleDocuments } from "../tools/generate.ts";

test("every generated document is up to date (npm run generate)", () => {
  expect(staleDocuments(dirname(import.meta.dirname))).toEqual([]);
});
