// Entries of a dictionary by name, for people: "soc", "cells_V[3]", "battery.cells", "vendor.errors1"; an array or a record by its own name
// stands for all it holds, and so does the beginning of names before a star: "vendor.*". Where there is no name, the place as standards write it, hexadecimal: "4020", "0x1018:4", "5100:0A".

import type { Dictionary, Entry } from "./object.ts";

export type Place = {
  readonly index: number;
  readonly subIndex: number;
  /** What stands there, by the dictionary; undefined: it knows of nothing. */
  readonly entry: Entry | undefined;
};

export type Names = {
  /** The places of a name or address, in order; none: there is no such name. */
  readonly find: (text: string) => readonly Place[];
  /** What stands at an address. */
  readonly at: (index: number, subIndex: number) => Place;
  /** Every name that stands for one entry. */
  readonly all: ReadonlyMap<string, Place>;
};

const ADDRESS = /^(?:0x)?([\da-f]{4})(?::(?:0x)?([\da-f]{1,2}))?$/i;

/** "4020" is index 4020h; a sub-index behind a colon; both hexadecimal. Undefined where the text is no address. */
export function addressOf(text: string): { readonly index: number; readonly subIndex: number | undefined } | undefined {
  const [, index, subIndex] = ADDRESS.exec(text) ?? [];
  if (index === undefined) return undefined;
  return {
    index: Number.parseInt(index, 16),
    subIndex: subIndex === undefined ? undefined : Number.parseInt(subIndex, 16),
  };
}

/** Made once for a dictionary: its names do not change. */
export function createNames(dictionary: Dictionary): Names {
  const all = entryNames(dictionary);
  const groups = groupNames(dictionary);
  const at = (index: number, subIndex: number): Place => ({
    ...{ index, subIndex },
    entry: dictionary.get(index)?.entries[subIndex],
  });
  const find = (text: string): readonly Place[] => {
    const place = all.get(text);
    if (place !== undefined) return [place];
    const group = groups.get(text);
    if (group !== undefined) return group;
    if (text.endsWith("*"))
      return [...all].filter(([name]) => name.startsWith(text.slice(0, -1))).map(([, each]) => each);
    const address = addressOf(text);
    if (address === undefined) return [];
    const { index, subIndex } = address;
    return subIndex === undefined ? (whole(dictionary, index) ?? [at(index, 0)]) : [at(index, subIndex)];
  };
  return { find, at, all };
}

const isPlain = (kind: string): boolean => kind === "variable" || kind === "domain";

/** What an index stands for: one value, or all but the count of an array or record. */
function whole(dictionary: Dictionary, index: number): readonly Place[] | undefined {
  const object = dictionary.get(index);
  if (object === undefined) return undefined;
  const places = object.entries.flatMap((entry, subIndex): Place[] =>
    entry === undefined ? [] : [{ index, subIndex, entry }],
  );
  return isPlain(object.kind) ? places : places.slice(1);
}

/** What several objects call alike is found behind the name of its object, with a slash. */
function entryNames(dictionary: Dictionary): ReadonlyMap<string, Place> {
  const found = new Map<string, [string, Place][]>();
  for (const { index, name: group } of dictionary.values())
    for (const place of whole(dictionary, index) ?? []) {
      const { name } = place.entry!;
      found.set(name, [...(found.get(name) ?? []), [`${group}/${name}`, place]]);
    }
  const all = new Map<string, Place>();
  for (const [name, places] of found)
    for (const [longer, place] of places) all.set(places.length === 1 ? name : longer, place);
  return all;
}

const groupNames = (dictionary: Dictionary): ReadonlyMap<string, readonly Place[]> =>
  new Map(
    [...dictionary.values()]
      .filter(({ kind }) => !isPlain(kind))
      .map(({ index, name }) => [name, whole(dictionary, index) ?? []]),
  );
