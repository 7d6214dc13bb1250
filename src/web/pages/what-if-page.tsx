// What if a limit or a delay had been another: a stretch of the log is played again in a worker of this page, as it was and with
// other settings, and what would have been stands beside what was.

import { createEffect, createResource, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { withoutSecrets } from "../../model/secrets.ts";
import type { SettingValue } from "../../model/settings.ts";
import { createChosenPast } from "../history/chosen-past.ts";
import { extentOf } from "../history/past.ts";
import { type View, viewOf } from "../history/view.ts";
import { Panel } from "../parts/panel.tsx";
import { SourceChoice } from "../parts/source-choice.tsx";
import { settingsDeskOf } from "../settings/settings-desk.ts";
import { useMonitor } from "../state/monitor.ts";
import { route } from "../state/route.ts";
import { texts } from "../texts/texts.ts";
import { ChangeList } from "../what-if/change-list.tsx";
import { Outcome } from "../what-if/outcome.tsx";
import { hasNoRecorder, isStopped, playWhatIf, violationsOf, type WhatIfTold } from "../what-if/playing.ts";
import { StretchChoice } from "../what-if/stretch-choice.tsx";
import "../style/history.css";
import "../style/what-if.css";

const T = texts.whatIf;
const FIRST_us = 3_600_000_000;
/** The page stands while it is asked for. */
const NOT_YET = { initialValue: undefined } as const;

const WhatIfPage = (): JSX.Element => {
  const { past, kind, choose } = createChosenPast();
  const [changes, setChanges] = createSignal(stagedChanges());
  const [view, setView] = createSignal<View>();
  const [found, { refetch }] = createResource(past, (from) => extentOf(from).catch(() => undefined), NOT_YET);
  const extent = (): View | undefined => found.latest;
  const [before] = createResource(past, (from) => from.settings().catch(() => ({})), { initialValue: {} });
  const play = createPlay();
  createEffect(on(past, () => setView(undefined)));
  createEffect(
    on(extent, (all) => {
      if (all !== undefined && view() === undefined)
        setView(viewOf(Math.max(all.from_us, all.to_us - FIRST_us), all.to_us));
    }),
  );
  return (
    <div class="what-if">
      <p class="what-if-intro">{T.intro}</p>
      <Panel title={texts.history.source} class="history-source">
        <SourceChoice kind={kind()} choose={choose} />
      </Panel>
      <Panel title={T.stretch}>
        <StretchChoice
          past={past()}
          extent={extent()}
          view={view()}
          change={setView}
          refresh={async () => (await refetch()) ?? undefined}
        />
        <Show when={found.state === "ready" && extent() === undefined}>
          <p role="status">{texts.history.noLogs}</p>
        </Show>
      </Panel>
      <Panel title={T.changes}>
        <ChangeList changes={changes()} change={setChanges} before={before.latest} refused={play.refused()} />
        <div class="what-if-run">
          <button
            type="button"
            disabled={play.isPlaying() || view() === undefined || Object.keys(changes()).length === 0}
            onClick={() => void play.start(() => playWhatIf(past(), view()!, changes(), play.host, play.signal()))}
          >
            {T.run}
          </button>
          <Show when={play.isPlaying()}>
            <progress max="1" value={play.part()} aria-label={T.run} />
            <button type="button" class="plain" onClick={play.stop}>
              {T.cancel}
            </button>
          </Show>
          <span role="status">{play.words()}</span>
        </div>
        <p class="problem" role="alert">
          {play.problem()}
        </p>
      </Panel>
      <Show when={play.told()}>
        {(told) => (
          <Panel title={T.result} class="what-if-result">
            <Outcome told={told()} />
          </Panel>
        )}
      </Show>
    </div>
  );
};

/** What is gathered on the page of the settings, where the way here was from there. */
function stagedChanges(): Readonly<Record<string, SettingValue>> {
  return route().split("/")[1] === "staged" ? withoutSecrets(settingsDeskOf(useMonitor()).staged().changes) : {};
}

/** One playing at a time: how far it is, what came of it, and how it is stopped. */
function createPlay() {
  const [told, setTold] = createSignal<WhatIfTold>();
  const [part, setPart] = createSignal(0);
  const [isPlaying, setPlaying] = createSignal(false);
  const [words, setWords] = createSignal("");
  const [problem, setProblem] = createSignal("");
  const [refused, setRefused] = createSignal<Readonly<Record<string, string>>>({});
  let gone = new AbortController();
  const fail = (error: unknown): void => {
    setWords(isStopped(error) ? T.cancelled : "");
    if (isStopped(error)) return;
    setProblem(hasNoRecorder(error) ? T.noRecorder : (error as Error).message);
    setRefused(Object.fromEntries(violationsOf(error).map(({ setting, reason }) => [setting, reason])));
  };
  onCleanup(() => gone.abort());
  return {
    ...{ told, part, isPlaying, words, problem, refused },
    signal: () => gone.signal,
    stop: () => gone.abort(),
    host: {
      fetching: (name: string) => setWords(T.fetching(name)),
      playing: (done: number) => {
        setPart(done);
        setWords(T.playing(Math.round(100 * done)));
      },
    },
    start: async (play: () => Promise<WhatIfTold>): Promise<void> => {
      gone = new AbortController();
      setPlaying(true);
      setProblem("");
      setRefused({});
      setPart(0);
      await play().then((result) => {
        setTold(result);
        setWords("");
      }, fail);
      setPlaying(false);
    },
  };
}

export default WhatIfPage;
