// What has been done and refused, by whom and from where, page by page into the past.

import { createSignal, For, type JSX, onMount, Show } from "solid-js";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { dayAndTime } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { createAct, type Told } from "./act.ts";

const T = texts.accounts;
const PORTION = 50;

type Entry = AnswerTo<"audit">["entries"][number];

export function AuditPanel(props: Told): JSX.Element {
  const monitor = useMonitor();
  const { problem, isBusy, run } = createAct();
  const [entries, setEntries] = createSignal<readonly Entry[]>([]);
  const load = async (before?: number): Promise<void> => {
    const answer = await monitor.ask("audit", { limit: PORTION, ...(before === undefined ? {} : { before }) });
    setEntries(before === undefined ? answer.entries : [...entries(), ...answer.entries]);
  };
  onMount(() => void run(() => load()).then(props.known));
  const hasMore = (): boolean => (entries().at(-1)?.number ?? 1) > 1;
  return (
    <Panel
      title={T.audit}
      class="audit-panel"
      aside={
        <button type="button" class="plain" disabled={isBusy()} onClick={() => void run(() => load())}>
          {T.again}
        </button>
      }
    >
      <p class="soft">{T.auditHelp}</p>
      <p class="problem" role="alert">
        {problem()}
      </p>
      <section class="wide" tabindex="0" aria-label={T.listOf(T.audit)}>
        <table class="rows audit">
          <thead>
            <tr>
              <For each={[T.time, T.who, T.from, T.what, T.outcome, T.detail]}>
                {(head) => <th scope="col">{head}</th>}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={entries()}>{(entry) => <AuditRow entry={entry} />}</For>
          </tbody>
        </table>
      </section>
      <Show when={hasMore()}>
        <button
          type="button"
          class="plain"
          disabled={isBusy()}
          onClick={() => void run(() => load(entries().at(-1)?.number))}
        >
          {T.more}
        </button>
      </Show>
    </Panel>
  );
}

const AuditRow = (props: { readonly entry: Entry }): JSX.Element => (
  <tr class={props.entry.outcome}>
    <td class="audit-time">{dayAndTime(props.entry.wall_ms)}</td>
    <td class="audit-who">{props.entry.actor === "" ? T.nobody : props.entry.actor}</td>
    <td class="audit-from">{props.entry.address}</td>
    <td class="audit-what">
      <code>{props.entry.what}</code>
    </td>
    <td class="outcome">{T.outcomes[props.entry.outcome]}</td>
    <td class="audit-text">{props.entry.text}</td>
  </tr>
);
