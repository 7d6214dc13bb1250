// What is staged: each change from old to new, what speaks against it, what it would do to the pack as it stands now, and the button
// that applies all of it together.

import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import type { SettingValue } from "../../model/settings.ts";
import { Panel } from "../parts/panel.tsx";
import { type Monitor, useMonitor } from "../state/monitor.ts";
import { SETTING_BY_NAME } from "../tables/settings.ts";
import { texts } from "../texts/texts.ts";
import { SettingLink, SettingName } from "./setting-name.tsx";
import { isSecret, type Preview, problemText, type SettingsDesk } from "./settings-desk.ts";
import type { Clash, StagedChange } from "./staged.ts";
import { differenceText, numberProblem, valueText } from "./words.ts";

const T = texts.settings;
/** The pack moves: the preview is asked again so often while it is looked at. */
const AGAIN_ms = 2000;
const PAUSE_ms = 250;

type Props = { readonly desk: SettingsDesk };

export function StagedPanel(props: Props): JSX.Element {
  const monitor = useMonitor();
  const { desk } = props;
  const { preview, trouble } = watchPreview(monitor, desk);
  const count = (): number => desk.judged().changes.length + Object.keys(desk.drafts()).length;
  const isWrong = (): boolean =>
    desk.judged().violations.length > 0 ||
    Object.keys(desk.drafts()).length > 0 ||
    desk.clashes().length > 0 ||
    (preview()?.answer.violations.length ?? 0) > 0;
  return (
    <Panel title={T.changes} class="staged-panel">
      <p class="staged-notice" classList={{ bad: desk.notice()?.kind === "problem" }} role="status">
        {desk.notice()?.text ?? ""}
      </p>
      <Show when={count() > 0} fallback={<p class="soft">{T.noChanges}</p>}>
        <Clashes desk={desk} />
        <ChangeList desk={desk} />
        <Against desk={desk} preview={preview()} trouble={trouble()} />
        <Show when={desk.judged().violations.length === 0 && Object.keys(desk.drafts()).length === 0}>
          <Effects preview={preview()} />
        </Show>
        <Show when={desk.judged().settings !== undefined && monitor.may("startJob")}>
          <p>
            <a href="#/what-if/staged">{T.whatIf}</a>
          </p>
        </Show>
        <div class="staged-buttons">
          <button
            type="button"
            disabled={
              isWrong() || desk.isBusy() || preview() === undefined || !desk.mayChange() || monitor.state() !== "up"
            }
            onClick={() => void desk.apply()}
          >
            {desk.isBusy() ? T.applying : T.apply}
          </button>
          <button type="button" class="plain" disabled={desk.isBusy()} onClick={() => desk.discard()}>
            {T.discard}
          </button>
        </div>
      </Show>
    </Panel>
  );
}

/** What the device says of the changes: asked a moment after the last of them, and again while the pack moves. */
function watchPreview(monitor: Monitor, desk: SettingsDesk) {
  const [asked, setAsked] = createSignal<Preview>();
  const [trouble, setTrouble] = createSignal("");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    const of = desk.staged();
    const key = desk.inForce()?.key ?? "";
    if (Object.keys(of.changes).length === 0 || desk.judged().settings === undefined) return;
    try {
      const answer = await monitor.ask("checkSettings", { changes: of.changes });
      if (of === desk.staged()) setAsked({ of, key, answer });
      setTrouble("");
    } catch (error) {
      setTrouble(problemText(error));
    }
    plan(AGAIN_ms);
  };
  const plan = (pause_ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), pause_ms);
  };
  createEffect(on([desk.staged, desk.inForce], () => plan(PAUSE_ms)));
  onCleanup(() => clearTimeout(timer));
  const preview = createMemo(() =>
    asked()?.of === desk.staged() && asked()?.key === desk.inForce()?.key ? asked() : undefined,
  );
  return { preview, trouble };
}

function ChangeList(props: Props): JSX.Element {
  const named = (): StagedChange[] => props.desk.judged().changes.filter(({ follows }) => !follows);
  const following = (): StagedChange[] => props.desk.judged().changes.filter(({ follows }) => follows);
  return (
    <>
      <p class="soft">{T.changeCount(named().length, following().length)}</p>
      <ul class="staged-list" aria-label={T.changes}>
        <For each={named()}>{(change) => <ChangeRow desk={props.desk} change={change} />}</For>
      </ul>
      <Show when={following().length > 0}>
        <details>
          <summary>{T.showFollowing(following().length)}</summary>
          <ul class="staged-list">
            <For each={following()}>{(change) => <ChangeRow desk={props.desk} change={change} />}</For>
          </ul>
        </details>
      </Show>
    </>
  );
}

function ChangeRow(props: Props & { readonly change: StagedChange }): JSX.Element {
  const { name, follows } = props.change;
  return (
    <li>
      <SettingLink name={name} />
      <Show when={!follows}>
        <button type="button" class="plain step" aria-label={T.drop(name)} onClick={() => props.desk.revert(name)}>
          ×
        </button>
      </Show>
      <span class="staged-values">
        <Values change={props.change} />
      </span>
    </li>
  );
}

/** Old and new; of a secret only that it changes, of a table where it differs. */
export function Values(props: { readonly change: Change }): JSX.Element {
  const table = (): string | undefined => tableChange(props.change);
  return (
    <Show when={table() === undefined} fallback={table()}>
      <del>{shownValue(props.change.name, props.change.from)}</del> <span aria-hidden="true">→</span>{" "}
      <span class="unseen">{T.becomes}</span> <ins>{shownValue(props.change.name, props.change.to)}</ins>
    </Show>
  );
}

type Change = { readonly name: string; readonly from: SettingValue | null; readonly to: SettingValue | null };

function tableChange({ name, from, to }: Change): string | undefined {
  const row = SETTING_BY_NAME.get(name)?.row;
  const isTable = row?.kind === "curve" || row?.kind === "grid";
  return isTable && typeof from === "object" && typeof to === "object" && from !== null && to !== null
    ? differenceText(row, from, to)
    : undefined;
}

function shownValue(name: string, value: SettingValue | null): string {
  if (isSecret(name)) return T.secret;
  const setting = SETTING_BY_NAME.get(name);
  return setting === undefined ? String(value) : valueText(setting, value);
}

function Against(props: Props & { readonly preview: Preview | undefined; readonly trouble: string }): JSX.Element {
  const lines = createMemo((): { readonly name: string; readonly reason: string }[] => {
    const here = props.desk.judged().violations.map(({ setting, reason }) => ({ name: setting, reason }));
    const drafts = Object.entries(props.desk.drafts()).map(([name, text]) => ({ name, reason: numberProblem(text) }));
    const there = (props.preview?.answer.violations ?? []).map(({ setting, reason }) => ({ name: setting, reason }));
    return [...drafts, ...here, ...(here.length > 0 ? [] : there)];
  });
  return (
    <>
      <Show when={lines().length > 0}>
        <div class="against">
          <h3>{T.wrong}</h3>
          <ul>
            <For each={lines()}>
              {({ name, reason }) => (
                <li>
                  <SettingLink name={name} /> {reason}
                </li>
              )}
            </For>
          </ul>
          <Show when={(props.preview?.answer.violations ?? []).some(({ kind }) => kind === "closed")}>
            <p>{T.needOpenHelp}</p>
          </Show>
        </div>
      </Show>
      <Show when={props.trouble !== ""}>
        <p class="setting-problem">{props.trouble}</p>
      </Show>
    </>
  );
}

function Effects(props: { readonly preview: Preview | undefined }): JSX.Element {
  const monitor = useMonitor();
  const nothing = (): string => (monitor.device()?.isAwake === false ? T.asleep : T.noEffects);
  return (
    <div class="effects">
      <h3>{T.effects}</h3>
      <Show when={props.preview} fallback={<p class="soft">{T.checking}</p>}>
        <ul aria-label={T.effects}>
          <For each={props.preview!.answer.effects} fallback={<li class="soft">{nothing()}</li>}>
            {({ kind, text }) => (
              <li class={`effect effect-${kind}`}>
                <strong>{T.effectKinds[kind]}:</strong> {text}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}

/** Where somebody else moved the ground: the person says what shall be. */
function Clashes(props: Props): JSX.Element {
  const monitor = useMonitor();
  const [who, setWho] = createSignal<string>(T.somebody);
  createEffect(
    on(
      () => props.desk.clashes().length > 0,
      (any) => {
        if (any)
          void monitor
            .ask("revisions", { limit: 1 })
            .then(({ revisions }) => setWho(revisions[0]?.actor || T.somebody));
      },
    ),
  );
  const text = ({ name, seen, now, mine }: Clash): string =>
    T.clashText(shownValue(name, seen), shownValue(name, now), shownValue(name, mine));
  return (
    <Show when={props.desk.clashes().length > 0}>
      <div class="against" role="alert">
        <h3>{T.clash}</h3>
        <p>{T.clashHelp(who())}</p>
        <ul>
          <For each={props.desk.clashes()}>
            {(clash) => (
              <li>
                <SettingName name={clash.name} /> {text(clash)}
                <span class="staged-buttons">
                  <button
                    type="button"
                    class="plain small"
                    aria-label={T.mineOf(clash.name)}
                    onClick={() => props.desk.keepMine(clash.name)}
                  >
                    {T.keepMine}
                  </button>
                  <button
                    type="button"
                    class="plain small"
                    aria-label={T.theirsOf(clash.name)}
                    onClick={() => props.desk.revert(clash.name)}
                  >
                    {T.takeTheirs}
                  </button>
                </span>
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}
