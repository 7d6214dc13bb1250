// The tree of the settings by menu: what a person opens stays open, and each group says how much in it is staged or wrong.

import { createMemo, For, type JSX, Show } from "solid-js";
import { texts } from "../texts/texts.ts";
import { type Branch, GROUPS, groupKeyOf, treeOf } from "./groups.ts";
import type { SettingsDesk } from "./settings-desk.ts";

const T = texts.settings;
const TREE = treeOf(GROUPS);

type Counts = ReadonlyMap<string, { readonly staged: number; readonly wrong: number }>;

export function GroupTree(props: {
  readonly desk: SettingsDesk;
  readonly current: string;
  /** Whether the fields of the current group are what is looked at. */
  readonly isShown: boolean;
  readonly onGo: () => void;
}): JSX.Element {
  const counts = createMemo((): Counts => {
    const { changes, violations } = props.desk.judged();
    const staged = countBy(changes.map(({ name }) => name));
    const wrong = countBy([...violations.map(({ setting }) => setting), ...Object.keys(props.desk.drafts())]);
    const keys = [...new Set([...staged.keys(), ...wrong.keys()])];
    return new Map(keys.map((key) => [key, { staged: staged.get(key) ?? 0, wrong: wrong.get(key) ?? 0 }]));
  });
  return (
    <nav class="setting-tree" aria-label={T.groups}>
      <Branches branches={TREE} counts={counts()} current={props.current} isShown={props.isShown} onGo={props.onGo} />
    </nav>
  );
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(groupKeyOf(name), (counts.get(groupKeyOf(name)) ?? 0) + 1);
  return counts;
}

type Props = {
  readonly counts: Counts;
  readonly current: string;
  readonly isShown: boolean;
  readonly onGo: () => void;
};

const Branches = (props: Props & { readonly branches: readonly Branch[] }): JSX.Element => (
  <ul>
    <For each={props.branches}>
      {(branch) => (
        <li>
          <Show when={branch.branches.length > 0} fallback={<Leaf {...props} branch={branch} />}>
            <details open={leadsTo(branch, props.current)}>
              <summary>
                {branch.label} <Tally {...props} keys={keysIn(branch)} />
              </summary>
              <Show when={branch.group}>
                <Leaf {...props} branch={branch} />
              </Show>
              <Branches {...props} branches={branch.branches} />
            </details>
          </Show>
        </li>
      )}
    </For>
  </ul>
);

const Leaf = (props: Props & { readonly branch: Branch }): JSX.Element => (
  <a
    href={`#/settings/${props.branch.group!.key}`}
    aria-current={props.isShown && props.current === props.branch.group!.key ? "true" : undefined}
    onClick={() => props.onGo()}
  >
    {props.branch.label} <Tally {...props} keys={[props.branch.group!.key]} />
  </a>
);

const keysIn = ({ group, branches }: Branch): string[] => [
  ...(group === undefined ? [] : [group.key]),
  ...branches.flatMap(keysIn),
];

const leadsTo = (branch: Branch, key: string): boolean => keysIn(branch).includes(key);

const Tally = (props: Props & { readonly keys: readonly string[] }): JSX.Element => {
  const sum = (which: "staged" | "wrong"): number =>
    props.keys.reduce((total, key) => total + (props.counts.get(key)?.[which] ?? 0), 0);
  return (
    <>
      <Show when={sum("staged") > 0}>
        <span class="tally" title={T.marks.staged}>
          {sum("staged")}
        </span>
      </Show>
      <Show when={sum("wrong") > 0}>
        <span class="tally tally-wrong" title={T.wrong}>
          {sum("wrong")}
        </span>
      </Show>
    </>
  );
};
