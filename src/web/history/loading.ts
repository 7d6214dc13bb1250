// Gets what a plot shows: at once and coarse, then as fine as it is kept. What was asked for before and is not there yet is given up:
// nobody waits for a place that he has left. While the fine answer is on its way, what has been read so far is shown.

import type { AnswerTo, Input } from "../../monitor/schemas.ts";

export type HistoryAnswer = AnswerTo<"history">;
type Ask = (input: Input<"history">, signal: AbortSignal) => Promise<HistoryAnswer>;

export type Loading = {
  /** Replaces what was wanted before. */
  readonly want: (input: Omit<Input<"history">, "grain">) => void;
  readonly stop: () => void;
};

export type LoadingHost = {
  readonly ask: Ask;
  readonly show: (answer: HistoryAnswer, input: Omit<Input<"history">, "grain">) => void;
  readonly failed: (error: unknown) => void;
  /** Whether something is still to come. */
  readonly busy: (isBusy: boolean) => void;
  readonly later: (act: () => void, delay_ms: number) => number;
  readonly forget: (timer: number) => void;
};

/** So long nothing else must be wanted before the fine answer is asked for. */
const REST_ms = 120;
/** How often it is looked at what has been read so far. */
const LOOK_ms = 900;

export function createLoading({ ask, show, failed, busy, later, forget }: LoadingHost): Loading {
  let wanted = new AbortController();
  let timer = 0;
  const stop = (): void => {
    wanted.abort();
    forget(timer);
  };
  const want: Loading["want"] = (input) => {
    stop();
    const mine = new AbortController();
    wanted = mine;
    const isMine = (): boolean => !mine.signal.aborted;
    const end = (): void => {
      forget(timer);
      if (isMine()) busy(false);
    };
    const fail = (error: unknown): void => {
      if (!isMine()) return;
      end();
      failed(error);
    };
    const look = (): void => {
      if (!isMine()) return;
      ask({ ...input, grain: "quick" }, mine.signal).then(
        (answer) => {
          if (!isMine()) return;
          show(answer, input);
          timer = later(look, LOOK_ms);
        },
        () => {},
      );
    };
    const refine = (): void => {
      timer = later(look, LOOK_ms);
      ask({ ...input, grain: "fine" }, mine.signal).then((answer) => {
        if (!isMine()) return;
        end();
        mine.abort();
        show(answer, input);
      }, fail);
    };
    busy(true);
    ask({ ...input, grain: "quick" }, mine.signal).then((answer) => {
      if (!isMine()) return;
      show(answer, input);
      if (answer.isFine) end();
      else timer = later(refine, REST_ms);
    }, fail);
  };
  return { want, stop };
}
