// A trip explained: sentences by topic, and the seconds around it as a plot with the moment of the trip.

import { createResource, For, type JSX, lazy, Show, Suspense } from "solid-js";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";

const FramePlot = lazy(() => import("./frame-plot.tsx"));
const T = texts.why;
type Topic = keyof typeof T.paragraphs;

/** What was judged stands for itself: no second line where it is the lowest or highest cell all the time. */
const drawn = (series: AnswerTo<"explanation">["series"]): AnswerTo<"explanation">["series"] => {
  const judged = series.find(({ role }) => role === "judged");
  const isSame = (values: readonly (number | null)[]): boolean =>
    values.every((value, i) => value === judged?.values[i]);
  return series.filter((each) => each.role === "judged" || judged === undefined || !isSame(each.values));
};

export function Explained(props: { readonly sequence: number }): JSX.Element {
  const monitor = useMonitor();
  const [explained] = createResource(
    () => props.sequence,
    (sequence) => monitor.ask("explanation", { sequence }),
  );
  const reason = (): string => (explained.error instanceof Error ? explained.error.message : T.noFrame);
  return (
    <Show when={explained.error === undefined} fallback={<p role="alert">{reason()}</p>}>
      <Suspense fallback={<p class="loading">{texts.shell.loading}</p>}>
        <Show when={explained()}>
          {(told) => (
            <>
              <p class="explained-headline">{told().headline}</p>
              <FramePlot series={drawn(told().series)} trip_us={told().trip_us} limit={told().limit} />
              <p class="explained-links">
                <Show when={told().fault}>
                  <a href={`#/settings/protections.${told().fault}`}>{T.settingsLink}</a>{" "}
                </Show>
                <Show when={monitor.link.can("startJob")}>
                  <a href="#/what-if">{T.whatIfLink}</a>
                </Show>
              </p>
              <For each={told().paragraphs.filter(({ topic }) => topic !== "settings")}>
                {({ topic, sentences }) => (
                  <section class="explained-part">
                    <h3>{T.paragraphs[topic as Topic] ?? topic}</h3>
                    <For each={sentences}>{(sentence) => <p>{sentence}</p>}</For>
                  </section>
                )}
              </For>
            </>
          )}
        </Show>
      </Suspense>
    </Show>
  );
}
