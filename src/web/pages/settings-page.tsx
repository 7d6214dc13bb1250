// The settings: a tree and a search, the fields of a group, and beside them what is staged, the history, and files.

import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import type { NamedSetting } from "../../model/settings.ts";
import { Panel } from "../parts/panel.tsx";
import { FilesPanel } from "../settings/files-panel.tsx";
import { GroupTree } from "../settings/group-tree.tsx";
import { findSettings, GROUP_BY_KEY, type Group, groupKeyOf } from "../settings/groups.ts";
import { createHistory } from "../settings/history.ts";
import { RevisionsPanel } from "../settings/revisions-panel.tsx";
import { SettingField } from "../settings/setting-field.tsx";
import { type SettingsDesk, settingsDeskOf } from "../settings/settings-desk.ts";
import { StagedPanel } from "../settings/staged-panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { route } from "../state/route.ts";
import { SETTING_LIST } from "../tables/settings.ts";
import { texts } from "../texts/texts.ts";
import "../style/settings.css";
import "../style/settings-curves.css";
import "../style/settings-staged.css";

const T = texts.settings;
const FIRST_GROUP = "battery";
/** So many found settings are shown at once. */
const MOST_FOUND = 40;

const SettingsPage = (): JSX.Element => {
  const monitor = useMonitor();
  const desk = settingsDeskOf(monitor);
  const history = createHistory(monitor, desk);
  const [query, setQuery] = createSignal("");
  const [onlyChanged, setOnlyChanged] = createSignal(false);
  const [showsTree, setShowsTree] = createSignal(false);
  const current = createMemo(() => {
    const key = route().split("/")[1] ?? "";
    return GROUP_BY_KEY.has(key) ? key : FIRST_GROUP;
  });
  const isSearch = (): boolean => query().trim() !== "" || onlyChanged();
  const leave = (): void => {
    setQuery("");
    setOnlyChanged(false);
    setShowsTree(false);
  };
  createEffect(on(route, leave, { defer: true }));
  return (
    <Show when={desk.inForce() && history.isKnown()} fallback={<p class="loading">{texts.shell.loading}</p>}>
      <div class="settings" classList={{ "shows-tree": showsTree() }}>
        <div class="settings-find">
          <input
            type="search"
            aria-label={T.search}
            placeholder={T.searchHint}
            value={query()}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <label>
            <input
              type="checkbox"
              checked={onlyChanged()}
              onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
            />{" "}
            {T.onlyChanged}
          </label>
          <button
            type="button"
            class="plain tree-button"
            aria-expanded={showsTree()}
            onClick={() => setShowsTree(!showsTree())}
          >
            {T.showGroups}
          </button>
        </div>
        <div class="settings-tree">
          <GroupTree desk={desk} current={current()} isShown={!isSearch()} onGo={leave} />
        </div>
        <div class="settings-fields">
          <Rights desk={desk} />
          <Show when={isSearch()} fallback={<GroupFields desk={desk} group={GROUP_BY_KEY.get(current())!} />}>
            <Found desk={desk} query={query()} onlyChanged={onlyChanged()} />
          </Show>
          <Show when={countOf(desk) > 0}>
            <button type="button" class="staged-bar" onClick={goToStaged}>
              {T.changeCount(countOf(desk), 0)} ↓
            </button>
          </Show>
        </div>
        <div class="settings-side">
          <StagedPanel desk={desk} />
          <RevisionsPanel desk={desk} history={history} />
          <FilesPanel desk={desk} />
        </div>
      </div>
    </Show>
  );
};

const countOf = (desk: SettingsDesk): number => desk.judged().changes.length + Object.keys(desk.drafts()).length;

function goToStaged(): void {
  const panel = document.querySelector<HTMLElement>(".staged-panel");
  panel?.scrollIntoView({ block: "start" });
  panel?.querySelector<HTMLElement>("button, a")?.focus({ preventScroll: true });
}

/** Why nothing can be changed, or not now. */
function Rights(props: { readonly desk: SettingsDesk }): JSX.Element {
  const monitor = useMonitor();
  return (
    <>
      <Show when={!props.desk.mayChange()}>
        <p class="settings-note">{T.readOnly(monitor.session()?.role ?? "")}</p>
      </Show>
      <Show when={monitor.state() !== "up" && props.desk.inForce() !== undefined}>
        <p class="settings-note">{T.offline}</p>
      </Show>
    </>
  );
}

const GroupFields = (props: { readonly desk: SettingsDesk; readonly group: Group }): JSX.Element => (
  <Show when={props.group} keyed>
    {(group) => (
      <Panel title={group.title} aside={<span class="soft">{group.menu.slice(0, -1).join(" → ")}</span>}>
        <For each={group.entries}>{(entry) => <SettingField desk={props.desk} entry={entry} />}</For>
      </Panel>
    )}
  </Show>
);

function Found(props: {
  readonly desk: SettingsDesk;
  readonly query: string;
  readonly onlyChanged: boolean;
}): JSX.Element {
  const found = createMemo(
    (): readonly NamedSetting[] => {
      const all = props.query.trim() === "" ? SETTING_LIST : findSettings(props.query);
      return props.onlyChanged ? all.filter(({ name }) => !props.desk.isUsual(name)) : all;
    },
    [],
    { equals: (a, b) => a.length === b.length && a.every((entry, i) => entry === b[i]) }, // a field keeps the focus
  );
  const groups = createMemo((): Group[] => {
    const shown = found().slice(0, MOST_FOUND);
    const keys = [...new Set(shown.map(({ name }) => groupKeyOf(name)))];
    return keys.map((key) => ({
      ...GROUP_BY_KEY.get(key)!,
      entries: shown.filter(({ name }) => groupKeyOf(name) === key),
    }));
  });
  const told = (): string => {
    const count = found().length;
    if (count > MOST_FOUND) return T.foundMore(MOST_FOUND, count);
    if (count > 0) return T.found(count);
    return props.query.trim() === "" ? T.noneChanged : T.foundNone;
  };
  return (
    <>
      <p class="soft" role="status">
        {told()}
      </p>
      <For each={groups()}>
        {(group) => (
          <Panel
            title={group.title}
            aside={
              <span class="soft">
                <a href={`#/settings/${group.key}`}>{group.menu.join(" → ")}</a>
              </span>
            }
          >
            <For each={group.entries}>{(entry) => <SettingField desk={props.desk} entry={entry} />}</For>
          </Panel>
        )}
      </For>
    </>
  );
}

export default SettingsPage;
