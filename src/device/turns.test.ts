// Sharing a turn of the event loop: a share each, a bound for all, a rest for floods.

import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const SHARE = 16;

/** Serves those who have so many requests left, and notes who was served. */
function served(left: Record<string, number>): { readonly turns: Turns<string>; readonly list: string[] } {
  const list: string[] = [];
  const serve = (who: string): number => {
    const now = Math.min(SHARE, left[who] ?? 0);
    left[who] = (left[who] ?? 0) - now;
    list.push(who);
    return now;
  };
  return { turns: new Turns(SHARE, serve), list };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("whoever asks little is served at once", () => {
  const { turns, list } = served({ a: 1, b: 3, c: 15 });
  for (const who of ["a", "b", "c"]) turns.want(who);
  expect(list).toEqual(["a", "b", "c"]);
});

test("two greedy ones take turns", async () => {
  const { turns, list } = served({ a: 64, b: 48 });
  turns.want("a");
  turns.want("b");
  expect(list).toEqual(["a"]); // it may want more, and so does b: the rest is for the next turns
  await until(() => list.length === 9);
  expect(list.join("")).toBe("aabababab");
});

test("a turn that was used up is followed by a rest, also for those who come new", async () => {
  const { turns, list } = served({ a: 1000, b: 1 });
  turns.want("a");
  await nextTurn();
  const before = list.length;
  expect(before).toBe(1 + 6); // 96 requests in a turn, and the first share
  turns.want("b");
  expect(list.length).toBe(before);
  await until(() => list.includes("b"));
});

test("one that is forgotten is not served", async () => {
  const { turns, list } = served({ a: 32, b: 1, c: 1 });
  for (const who of ["a", "b", "c"]) turns.want(who);
  turns.forget("b");
  await until(() => list.includes("c"));
  expect(list).not.toContain("b");
});

test("many that ask little use a turn up as well: whoever comes after them waits for a rest, not only for the next turn", async () => {
  const many = Array.from({ length: 96 }, (_, i) => `client ${i}`);
  const { turns, list } = served(Object.fromEntries([...many, "late"].map((who) => [who, 1])));
  for (const who of [...many, "late"]) turns.want(who);
  expect(list).toEqual(many);
  await nextTurn();
  expect(list).toEqual(many);
  await until(() => list.length > 96);
  expect(list.at(-1)).toBe("late");
});
