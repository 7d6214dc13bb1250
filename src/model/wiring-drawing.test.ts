// The wiring drawing of every battery size: well-formed, complete, and each wire ends where the wiring says.
import { describe, expect, test } from "vitest";
import { cellWiring } from "./headers.ts";
import { drawWiring } from "./wiring-drawing.ts";

const EVERY_SIZE = Array.from({ length: 13 }, (_, i) => i + 6);
const labels = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words = ""]) => words);

describe("wiring drawing", () => {
  test.each(EVERY_SIZE)("with %i cells it names each input and each order number exactly once", (cells) => {
    const svg = drawWiring(cellWiring(cells, 6));
    const words = labels(svg);
    const orders = [...svg.matchAll(/class="m b s">(\d+)</g)].map(([, order]) => Number(order)).sort((a, b) => a - b);
    expect(orders).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    for (let input = 0; input <= 18; input++) expect(words.filter((word) => word === `C${input}`)).toHaveLength(1);
    expect(words).toContain("NC");
    expect(words).toContain("VBAT+");
    expect(words).toContain(`Battery wiring: ${cells} cells in series, 6 thermistors`);
  });

  test.each(EVERY_SIZE)("with %i cells no coordinate is missing and every element is closed", (cells) => {
    const svg = drawWiring(cellWiring(cells, 3));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const opened = [...svg.matchAll(/<(\w+)[^>]*?(\/?)>/g)].filter(([, , closed]) => closed === "").map(([, name]) => name);
    const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
    expect(opened.sort()).toEqual(closed.sort());
  });

  test.each(EVERY_SIZE)("with %i cells only inputs above the top cell are drawn dashed, one line each and one that joins them", (cells) => {
    const dashed = [...drawWiring(cellWiring(cells)).matchAll(/stroke-dasharray/g)].length;
    const spare = 18 - cells;
    expect(dashed).toBe(spare === 0 ? 0 : spare + 2); // and one in the legend
  });

  test("it names the inputs without a cell", () => {
    expect(labels(drawWiring(cellWiring(8)))).toContain("C9 to C18 have no cell:");
    expect(labels(drawWiring(cellWiring(17)))).toContain("C18 has no cell:");
    expect(drawWiring(cellWiring(18))).not.toContain("no cell:");
  });
});
