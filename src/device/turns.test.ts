// Sharing a turn of the event loop on a made-up clock.

import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** A server whose share takes so long, and who then wants another until so many were served. */
function served(share_us: number, most: number): { readonly turns: Turns<string>; readonly list: string[] } {
  const list: string[] = [];
  let now_us = 0;
  const serve = (who: string): boolean => {
    now_us += share_us;
    return list.push(who) < most;
  };
  return { turns: new Turns(() => now_us, serve), list };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};

test("whoever is alone is served at once", () => {
  const { turns, list } = served(10, 0);
  for (const who of ["a", "b", "c"]) turns.want(who);
  expect(list).toEqual(["a", "b", "c"]);
});

test("two greedy ones take turns", async () => {
  const { turns, list } = served(300, 12);
  turns.want("a");
  turns.want("b");
  expect(list).toEqual(["a"]); // it wants more, and so does b: the rest is for the next turns
  await until(() => list.length >= 12);
  expect(list.slice(0, 9).join("")).toBe("aabababab");
});

test("a turn that was used up is followed by a rest, also for those who come new", async () => {
  const { turns, list } = served(1500, 0);
  turns.want("a");
  turns.want("b");
  expect(list).toEqual(["a"]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(list).toEqual(["a"]);
  await until(() => list.length === 2);
  expect(list).toEqual(["a", "b"]);
});

test("one that is forgotten is not served", async () => {
  const { turns, list } = served(1500, 0);
  for (const who of ["a", "b", "c"]) turns.want(who);
  turns.forget("b");
  await until(() => list.length === 2);
  expect(list).toEqual(["a", "c"]);
});
