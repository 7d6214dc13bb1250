// What is wrong and why: errors that are set, in words, with what clears them; the journal; and for a trip whose seconds were kept
// the explanation that the device's own core gives when it is played again.

import { createEffect, createResource, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import type { Severity } from "../../model/events.ts";
import type { EventTold } from "../../monitor/told.ts";
import { ActiveFaults } from "../parts/active-faults.tsx";
import { Explained } from "../parts/explained.tsx";
import { clock } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { route } from "../state/route.ts";
import { texts } from "../texts/texts.ts";
import "../style/why.css";

const T = texts.why;
const SEVERITIES = Object.keys(T.severities) as Severity[];
const PORTION = 100;
const LOOK_ms = 2000;
/** The frame of a trip comes within this time, or not at all. */
const FRAME_ms = 60_000;

const isAwaited = ({ code, hasFrame, wall_ms }: EventTold): boolean =>
  code === "tripped" && hasFrame !== true && Math.abs(Date.now() - wall_ms) < FRAME_ms;

const WhyPage = (): JSX.Element => {
  const monitor = useMonitor();
  const chosen = (): number => Number(route().split("/")[1] ?? 0);
  return (
    <div class="why">
      <Panel title={T.now} class="why-now">
        <ActiveFaults />
      </Panel>
      <Show when={chosen() > 0}>
        <Panel title={T.explanation} class="why-explained" aside={<a href="#/why">{T.close}</a>}>
          <Explained sequence={chosen()} />
        </Panel>
      </Show>
      <Panel title={T.past} class="why-past">
        <Show when={monitor.link.can("journal")} fallback={<p>{T.noJournal}</p>}>
          <Journal chosen={chosen()} />
        </Show>
      </Panel>
    </div>
  );
};

function Journal(props: { readonly chosen: number }): JSX.Element {
  const monitor = useMonitor();
  const [severity, setSeverity] = createSignal<Severity>("notice");
  const [older, setOlder] = createSignal<readonly EventTold[]>([]);
  const [newest, { refetch }] = createResource(severity, (least) =>
    monitor.ask("journal", { limit: PORTION, severity: least }),
  );
  const entries = (): readonly EventTold[] => [...(newest.latest?.entries ?? []), ...older()];
  createEffect(
    on(
      () => monitor.events().at(-1)?.sequence,
      () => void refetch(),
      { defer: true },
    ),
  );
  // The seconds after a trip have to pass before its frame is there.
  const look = setInterval(() => {
    if (entries().some(isAwaited)) void refetch();
  }, LOOK_ms);
  onCleanup(() => clearInterval(look));
  const more = async (): Promise<void> => {
    const before = entries().at(-1)?.sequence ?? 1;
    const { entries: next } = await monitor.ask("journal", { limit: PORTION, before, severity: severity() });
    setOlder([...older(), ...next]);
  };
  return (
    <>
      <label class="why-filter">
        {T.severity}{" "}
        <select
          value={severity()}
          onChange={({ currentTarget }) => {
            setOlder([]);
            setSeverity(currentTarget.value as Severity);
          }}
        >
          <For each={SEVERITIES}>{(each) => <option value={each}>{T.severities[each]}</option>}</For>
        </select>
      </label>
      <ol class="journal">
        <For each={entries()} fallback={<li class="journal-none">{T.noEntries}</li>}>
          {(entry) => <Entry entry={entry} isChosen={entry.sequence === props.chosen} />}
        </For>
      </ol>
      <Show when={entries().length >= PORTION && (entries().at(-1)?.sequence ?? 1) > 1}>
        <button type="button" class="plain" onClick={() => void more()}>
          {T.older}
        </button>
      </Show>
    </>
  );
}

const Entry = (props: { readonly entry: EventTold; readonly isChosen: boolean }): JSX.Element => (
  <li class={`entry ${props.entry.severity}`} classList={{ chosen: props.isChosen }}>
    <time class="entry-time" datetime={new Date(props.entry.wall_ms).toISOString()}>
      {clock(props.entry.wall_ms)}
    </time>
    <span class="entry-text">
      <span lang="en">{props.entry.text}</span>
      <Show when={props.entry.actor !== "" && !props.entry.text.includes(props.entry.actor)}>
        {" "}
        <span class="entry-actor">{T.by(props.entry.actor)}</span>
      </Show>
    </span>
    <Show when={props.entry.hasFrame}>
      <a href={`#/why/${props.entry.sequence}`} aria-label={`${T.explain} ${props.entry.text}`}>
        {T.explain}
      </a>
    </Show>
  </li>
);

export default WhyPage;
