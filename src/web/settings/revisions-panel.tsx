// The history of the settings: who changed what and when, and the way back, which is staged and looked at like any other change.

import { For, type JSX, Show } from "solid-js";
import type { Settings } from "../../model/settings.ts";
import { clock } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { type History, type Revision, withoutRevision } from "./history.ts";
import { SettingName } from "./setting-name.tsx";
import { problemText, type SettingsDesk } from "./settings-desk.ts";
import { Values } from "./staged-panel.tsx";

const T = texts.settings;

type Props = { readonly desk: SettingsDesk; readonly history: History };
type RowProps = Props & { readonly revision: Revision };

export function RevisionsPanel(props: Props): JSX.Element {
  const monitor = useMonitor();
  return (
    <Panel title={T.history} class="revisions-panel">
      <ul class="revisions">
        <For
          each={props.history.all()}
          fallback={<li class="soft">{monitor.link.can("revisions") ? T.noHistory : T.historyElsewhere}</li>}
        >
          {(revision) => <RevisionRow {...props} revision={revision} />}
        </For>
        <Show when={props.history.oldest()} keyed>
          {(oldest) => <FirstRow {...props} revision={oldest} />}
        </Show>
      </ul>
      <Show when={!props.history.isWhole()}>
        <button type="button" class="plain small" onClick={props.history.showMore}>
          {T.moreRevisions}
        </button>
      </Show>
    </Panel>
  );
}

/** Stages what leads to other settings, and says so. */
async function goTo(desk: SettingsDesk, target: Settings | Promise<Settings>, text: string): Promise<void> {
  try {
    const count = desk.aim(await target);
    desk.setNotice({ kind: "done", text: count === 0 ? T.nothingToDo : text });
  } catch (error) {
    desk.setNotice({ kind: "problem", text: problemText(error) });
  }
}

const mayGo = (desk: SettingsDesk): boolean => desk.mayChange() && desk.inForce() !== undefined;

function RevisionRow(props: RowProps): JSX.Element {
  const { revision, wall_ms, actor, changes } = props.revision;
  const isInForce = (): boolean => props.history.all()[0]?.revision === revision;
  const rollBack = (): Promise<void> =>
    goTo(props.desk, props.history.settingsAt(props.revision), T.rolledBack(revision));
  const undo = (): Promise<void> => {
    const { settings, made } = props.desk.inForce()!;
    return goTo(props.desk, withoutRevision(settings, props.revision, made), T.undone(revision));
  };
  return (
    <li class="revision">
      <details>
        <summary>
          <strong>{T.revision(revision)}</strong> <span class="soft">{clock(wall_ms)}</span>{" "}
          {actor === "" ? T.byNobody : T.by(actor)} <span class="soft">· {T.settingsChanged(changes.length)}</span>
        </summary>
        <ul class="staged-list">
          <For each={changes}>
            {(change) => (
              <li>
                <SettingName name={change.name} />
                <span class="staged-values">
                  <Values change={change} />
                </span>
              </li>
            )}
          </For>
        </ul>
      </details>
      <Show when={mayGo(props.desk)}>
        <span class="staged-buttons">
          <button
            type="button"
            class="plain small"
            disabled={isInForce()}
            aria-label={isInForce() ? T.inForceOf(revision) : T.rollBackOf(revision)}
            onClick={() => void rollBack()}
          >
            {isInForce() ? T.inForce : T.rollBack}
          </button>
          <button type="button" class="plain small" aria-label={T.undoOf(revision)} onClick={() => void undo()}>
            {T.undo}
          </button>
        </span>
      </Show>
    </li>
  );
}

/** What stood before the oldest revision: with that one's changes taken back. */
function FirstRow(props: RowProps): JSX.Element {
  const { revision } = props.revision;
  const title = revision === 1 ? T.asMade : T.before(revision);
  const rollBack = async (): Promise<Settings> =>
    withoutRevision(await props.history.settingsAt(props.revision), props.revision, props.desk.inForce()!.made);
  return (
    <li class="first-revision">
      <strong>{title}</strong>
      <Show when={mayGo(props.desk)}>
        <span class="staged-buttons">
          <button
            type="button"
            class="plain small"
            aria-label={T.rollBackTo(title)}
            onClick={() => void goTo(props.desk, rollBack(), T.rolledBackTo(title))}
          >
            {T.rollBack}
          </button>
        </span>
      </Show>
    </li>
  );
}
