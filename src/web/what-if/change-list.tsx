// The settings that are to be others: found by search, changed by slider, field or choice within the range of the tables.

import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import type { NumberRow, SettingRow } from "../../model/rows.ts";
import { SECRET_SETTINGS } from "../../model/secrets.ts";
import type { SettingValue } from "../../model/settings.ts";
import { findSettings } from "../settings/groups.ts";
import { amount, numberProblem, plain, readNumber, titleOf, valueText } from "../settings/words.ts";
import { choiceText, SETTING_BY_NAME } from "../tables/settings.ts";
import { texts } from "../texts/texts.ts";

const T = texts.whatIf;
const SHOWN = 12;
const KINDS: readonly SettingRow["kind"][] = ["number", "integer", "flag", "choice"];
/** Steps of a slider over its range. */
const STEPS = 1000;

type Values = Readonly<Record<string, SettingValue>>;
type Props = {
  readonly changes: Values;
  readonly change: (changes: Values) => void;
  /** As they are, or were recorded. */
  readonly before: Values;
  /** What was refused, by name. */
  readonly refused: Readonly<Record<string, string>>;
};

export const ChangeList = (props: Props): JSX.Element => {
  const [query, setQuery] = createSignal("");
  const found = createMemo(() =>
    query().trim() === ""
      ? []
      : findSettings(query())
          .filter(
            ({ name, row }) => KINDS.includes(row.kind) && !SECRET_SETTINGS.includes(name) && !(name in props.changes),
          )
          .slice(0, SHOWN),
  );
  const add = (name: string): void => {
    const now = props.before[name] ?? SETTING_BY_NAME.get(name)?.row.default;
    if (now !== undefined) props.change({ ...props.changes, [name]: now as SettingValue });
    setQuery("");
  };
  const remove = (name: string): void =>
    props.change(Object.fromEntries(Object.entries(props.changes).filter(([each]) => each !== name)));
  return (
    <div class="change-list">
      <For each={Object.keys(props.changes)} fallback={<p class="fine-print">{T.none}</p>}>
        {(name) => (
          <div class="change">
            <div class="change-head">
              <span class="change-name">
                {groupTitle(name)} {titleOf(name)}
              </span>
              <button type="button" class="plain" aria-label={T.remove(labelOf(name))} onClick={() => remove(name)}>
                ×
              </button>
            </div>
            <Value
              name={name}
              row={SETTING_BY_NAME.get(name)!.row}
              value={props.changes[name]!}
              put={(value) => props.change({ ...props.changes, [name]: value })}
            />
            <span class="fine-print">{T.now(nowText(name, props.before[name]))}</span>
            <Show when={props.refused[name]}>
              {(reason) => (
                <p class="problem" role="alert">
                  {reason()}
                </p>
              )}
            </Show>
          </div>
        )}
      </For>
      <input
        type="search"
        aria-label={T.search}
        placeholder={T.search}
        value={query()}
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      <ul class="change-found">
        <For each={found()}>
          {({ name, row }) => (
            <li>
              <button type="button" class="plain" onClick={() => add(name)}>
                {labelOf(name)}
              </button>
              <span class="fine-print">{row.help}</span>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
};

const groupTitle = (name: string): string => SETTING_BY_NAME.get(name)?.group.title ?? "";
/** "Overvoltage: Limit". */
const labelOf = (name: string): string => `${groupTitle(name)}: ${titleOf(name)}`;

const nowText = (name: string, value: SettingValue | undefined): string =>
  value === undefined ? texts.shell.noValue : valueText(SETTING_BY_NAME.get(name)!, value);

type ValueProps = {
  readonly name: string;
  readonly row: SettingRow;
  readonly value: SettingValue;
  readonly put: (value: SettingValue) => void;
};

const Value = (props: ValueProps): JSX.Element => (
  <Switch>
    <Match when={(props.row.kind === "number" || props.row.kind === "integer") && (props.row as NumberRow)}>
      {(row) => <NumberValue {...props} row={row()} value={props.value as number} />}
    </Match>
    <Match when={props.row.kind === "flag"}>
      <input
        type="checkbox"
        aria-label={labelOf(props.name)}
        checked={props.value === true}
        onChange={({ currentTarget }) => props.put(currentTarget.checked)}
      />
    </Match>
    <Match when={props.row.kind === "choice" && props.row}>
      {(row) => (
        <select
          aria-label={labelOf(props.name)}
          value={String(props.value)}
          onChange={({ currentTarget }) => props.put(currentTarget.value)}
        >
          <For each={(row() as { readonly choices: readonly string[] }).choices}>
            {(each) => <option value={each}>{choiceText(props.name, each)}</option>}
          </For>
        </select>
      )}
    </Match>
  </Switch>
);

const NumberValue = (props: {
  readonly name: string;
  readonly row: NumberRow;
  readonly value: number;
  readonly put: (value: number) => void;
}): JSX.Element => {
  const step = (): number => stepOf(props.row);
  const [problem, setProblem] = createSignal("");
  const take = (text: string): void => {
    const value = readNumber(text);
    setProblem(value === undefined ? numberProblem(text) : "");
    if (value !== undefined) props.put(value);
  };
  return (
    <div class="change-number">
      <input
        type="range"
        aria-label={labelOf(props.name)}
        aria-valuetext={amount(props.value, props.row.unit)}
        min={props.row.min}
        max={props.row.max}
        step={step()}
        value={props.value}
        onInput={({ currentTarget }) => take(currentTarget.value)}
      />
      <input
        type="text"
        inputmode="decimal"
        aria-label={`${labelOf(props.name)}, ${props.row.unit}`}
        aria-invalid={problem() !== ""}
        value={plain(props.value)}
        onChange={({ currentTarget }) => take(currentTarget.value)}
      />
      <span class="fine-print" role="status">
        {problem()}
      </span>
      <span class="fine-print">
        {T.range(amount(props.row.min, props.row.unit), amount(props.row.max, props.row.unit))}
      </span>
    </div>
  );
};

/** A round part of the range; whole numbers go by one. */
function stepOf({ kind, min, max }: NumberRow): number {
  if (kind === "integer") return 1;
  return 10 ** Math.floor(Math.log10((max - min) / STEPS));
}
