// The sentence about a cell names what is sure and large, the largest first, and says what it is not.
import { expect, test } from "vitest";
import { type CellFindings, cellSentence } from "./cell-sentence.ts";

const ALIKE: CellFindings = {
  capacityRatio: 0,
  capacityBound: 0.01,
  resistanceRatio: 0,
  imbalance: 0,
  imbalanceBound: 0.004,
  leak: 0,
  leakBound: 0.003,
};

test.each<[string, Partial<CellFindings>]>([
  ["cell 7: -3 % capacity, not imbalance", { capacityRatio: -0.03 }],
  ["cell 7: like the others", { capacityRatio: -0.019 }],
  ["cell 7: like the others", { capacityRatio: -0.03, capacityBound: 0.031 }],
  ["cell 7: charged 5.2 % less than the others, not low capacity", { imbalance: -0.052 }],
  ["cell 7: charged 5 % more than the others", { imbalance: 0.05, capacityBound: 0.2 }],
  ["cell 7: +40 % resistance", { resistanceRatio: 0.4 }],
  ["cell 7: like the others", { resistanceRatio: 0.149 }],
  ["cell 7: loses 2 % a month", { leak: 0.02 }],
  ["cell 7: like the others", { leak: 0.02, leakBound: 0.011 }],
  ["cell 7: -12 % capacity, charged 3 % less than the others", { capacityRatio: -0.12, imbalance: -0.03 }],
  ["cell 7: like the others", {}],
])("%s", (sentence, found) => {
  expect(cellSentence(7, { ...ALIKE, ...found })).toBe(sentence);
});
