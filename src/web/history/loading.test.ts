// What a plot is given: the coarse answer at once, the fine one after it, and never one of a place that was left.

import { expect, test } from "vitest";
import { createLoading, type HistoryAnswer } from "./loading.ts";

type Open = {
  readonly label: string;
  readonly signal: AbortSignal;
  readonly answer: (isFine: boolean) => Promise<void>;
  readonly fail: () => Promise<void>;
};

function rig() {
  const asked: Open[] = [];
  const shown: string[] = [];
  const busy: boolean[] = [];
  let due: (() => void)[] = [];
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  const loading = createLoading({
    ask: (input, signal) =>
      new Promise((resolve, reject) => {
        asked.push({
          label: `${input.from_us} ${input.grain}`,
          signal,
          answer: (isFine) => {
            resolve({ series: [], detail: "rows", isFine } as HistoryAnswer);
            return settled();
          },
          fail: () => {
            reject(new Error("no"));
            return settled();
          },
        });
      }),
    show: ({ isFine }, { from_us }) => shown.push(`${from_us} ${isFine ? "fine" : "coarse"}`),
    failed: () => shown.push("failed"),
    busy: (is) => busy.push(is),
    later: (act) => due.push(act),
    forget: (timer) => {
      due = due.map((act, i) => (i + 1 === timer ? () => {} : act));
    },
  });
  const pass = (): void => {
    const now = due;
    due = [];
    for (const act of now) act();
  };
  const want = (from_us: number): void => loading.want({ from_us, to_us: 9, signals: "soc", points: 10 });
  return { asked, shown, busy, want, pass, loading };
}

test("a coarse answer is shown at once, and the fine one when it comes", async () => {
  const { asked, shown, busy, want, pass } = rig();
  want(1);
  await asked[0]!.answer(false);
  expect([shown, busy]).toEqual([["1 coarse"], [true]]);
  pass();
  expect(asked.map(({ label }) => label)).toEqual(["1 quick", "1 fine"]);
  await asked[1]!.answer(true);
  expect([shown.at(-1), busy.at(-1)]).toEqual(["1 fine", false]);
});

test("an answer that is fine already is not asked for again", async () => {
  const { asked, busy, want, pass } = rig();
  want(1);
  await asked[0]!.answer(true);
  pass();
  expect([asked.length, busy.at(-1)]).toEqual([1, false]);
});

test("what was asked for before is given up, and is not shown when it comes all the same", async () => {
  const { asked, shown, want } = rig();
  want(1);
  want(2);
  expect(asked[0]!.signal.aborted).toBe(true);
  await asked[1]!.answer(true);
  await asked[0]!.answer(true);
  expect(shown).toEqual(["2 fine"]);
});

test("while the fine answer is on its way, what has been read so far is shown", async () => {
  const { asked, shown, want, pass } = rig();
  want(1);
  await asked[0]!.answer(false);
  pass();
  pass();
  expect(asked.map(({ label }) => label)).toEqual(["1 quick", "1 fine", "1 quick"]);
  await asked[2]!.answer(false);
  await asked[1]!.answer(true);
  expect(shown).toEqual(["1 coarse", "1 coarse", "1 fine"]);
});

test("what fails is said once, but not of a place that was left", async () => {
  const { asked, shown, busy, want } = rig();
  want(1);
  want(2);
  await asked[0]!.fail();
  expect(shown).toEqual([]);
  await asked[1]!.fail();
  expect([shown, busy.at(-1)]).toEqual([["failed"], false]);
});
