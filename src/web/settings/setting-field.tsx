// One setting: its name, what it means, what is allowed, how it stands, and the input that its kind wants. What is wrong is said
// beside it while a person types.

import { createMemo, For, type JSX, Match, Show, Switch } from "solid-js";
import type { ChoiceRow, NumberRow, TextRow } from "../../model/rows.ts";
import { type NamedSetting, needsOpenContactors, type SettingValue } from "../../model/settings.ts";
import { choiceText } from "../tables/settings.ts";
import { texts } from "../texts/texts.ts";
import { NumberInput } from "./number-input.tsx";
import { isSecret, type SettingsDesk } from "./settings-desk.ts";
import { TableField } from "./table-field.tsx";
import type { Table, TableRow } from "./tables.ts";
import { numberProblem, rangeText, titleOf, unitText, valueText } from "./words.ts";

const T = texts.settings;
/** Choosing one of these fills others. */
const PRESETS: readonly string[] = ["battery.chemistry", "currentSensor.type"];

export type FieldProps = { readonly desk: SettingsDesk; readonly entry: NamedSetting };

/** What is wrong with a setting: text that is no value, or a violation. */
export const problemOf = (desk: SettingsDesk, name: string): string | undefined =>
  name in desk.drafts()
    ? numberProblem(desk.drafts()[name]!)
    : desk.judged().violations.find(({ setting }) => setting === name)?.reason;

export function SettingField(props: FieldProps): JSX.Element {
  const { name, row } = props.entry;
  const id = `setting-${name}`;
  const problem = createMemo(() => problemOf(props.desk, name));
  const isTable = row.kind === "curve" || row.kind === "grid";
  return (
    <div class="setting" classList={{ wrong: problem() !== undefined, staged: props.desk.changed().has(name) }}>
      <div class="setting-head">
        <label class="setting-title" for={id} id={`${id}-title`}>
          {titleOf(name)}
        </label>
        <code class="setting-name">{name}</code>
        <Marks {...props} />
      </div>
      <div class="setting-input" classList={{ wide: isTable }}>
        <Input {...props} id={id} />
        <Actions {...props} />
      </div>
      <p class="setting-problem" id={`${id}-problem`} aria-live="polite">
        {problem() ?? ""}
      </p>
      <p class="setting-help" id={`${id}-help`}>
        {row.help} <span class="setting-range">{facts(props.desk, props.entry)}</span>
        <Show when={PRESETS.includes(name)}> {T.fills}</Show>
      </p>
    </div>
  );
}

/** "1 to 5 V · default 3.65 V · Vendor: Upper limit". */
function facts(desk: SettingsDesk, entry: NamedSetting): string {
  const { name, row } = entry;
  const usual = isSecret(name) ? "" : T.defaultIs(valueText(entry, desk.usual(name)));
  return [rangeText(row), usual, row.vendor === undefined ? "" : T.vendorName(row.vendor)]
    .filter((text) => text !== "")
    .join(" · ");
}

function Marks(props: FieldProps): JSX.Element {
  const { name, group } = props.entry;
  const change = () => props.desk.changed().get(name);
  return (
    <span class="setting-marks">
      <Show when={change()}>
        <span class="mark mark-staged">{change()!.follows ? T.marks.follows : T.marks.staged}</span>
      </Show>
      <Show when={!props.desk.isUsual(name)}>
        <span class="mark">{T.marks.changed}</span>
      </Show>
      <Show when={needsOpenContactors(name)}>
        <span class="mark mark-quiet">{T.marks.whileOpen}</span>
      </Show>
      <Show when={group.access === "owner"}>
        <span class="mark mark-quiet">{T.marks.owner}</span>
      </Show>
    </span>
  );
}

/** Back to what is in force, and to the default. */
function Actions(props: FieldProps): JSX.Element {
  const { name } = props.entry;
  const title = titleOf(name);
  const isStaged = (): boolean => name in props.desk.staged().changes || name in props.desk.drafts();
  return (
    <Show when={props.desk.mayChangeSetting(name)}>
      <span class="setting-actions">
        <Show when={isStaged()}>
          <button
            type="button"
            class="plain small"
            aria-label={T.revertOf(title)}
            onClick={() => props.desk.revert(name)}
          >
            {T.revert}
          </button>
        </Show>
        <Show when={!props.desk.isUsual(name) && !isSecret(name)}>
          <button
            type="button"
            class="plain small"
            aria-label={T.resetOf(title)}
            onClick={() => props.desk.put(name, props.desk.usual(name))}
          >
            {T.reset}
          </button>
        </Show>
      </span>
    </Show>
  );
}

function Input(props: FieldProps & { readonly id: string }): JSX.Element {
  const { name, row } = props.entry;
  const common = () => ({
    id: props.id,
    disabled: !props.desk.mayChangeSetting(name),
    "aria-describedby": `${props.id}-problem ${props.id}-help`,
    "aria-invalid": problemOf(props.desk, name) !== undefined,
  });
  const value = (): SettingValue => props.desk.value(name);
  const put = (next: SettingValue): void => props.desk.put(name, next);
  return (
    <Switch>
      <Match when={row.kind === "number" || row.kind === "integer"}>
        <NumberInput desk={props.desk} name={name} row={row as NumberRow} common={common()} />
        <span class="setting-unit">{unitText((row as NumberRow).unit)}</span>
      </Match>
      <Match when={row.kind === "flag"}>
        <input
          type="checkbox"
          {...common()}
          checked={value() === true}
          onChange={(event) => put(event.currentTarget.checked)}
        />
        <span class="setting-unit">{value() === true ? T.on : T.off}</span>
      </Match>
      <Match when={row.kind === "choice"}>
        <select {...common()} onChange={(event) => put(event.currentTarget.value)}>
          <For each={(row as ChoiceRow).choices}>
            {(choice) => (
              <option value={choice} selected={value() === choice}>
                {choiceText(name, choice)}
              </option>
            )}
          </For>
        </select>
      </Match>
      <Match when={row.kind === "text" && isSecret(name)}>
        <input
          type="password"
          autocomplete="new-password"
          {...common()}
          value={name in props.desk.staged().changes ? (value() as string) : ""}
          placeholder={value() === "" ? T.secretNone : T.secretSet}
          maxLength={(row as TextRow).maxLength}
          onInput={(event) => put(event.currentTarget.value)}
        />
      </Match>
      <Match when={row.kind === "text"}>
        <input
          type="text"
          {...common()}
          value={value() as string}
          maxLength={(row as TextRow).maxLength}
          onInput={(event) => put(event.currentTarget.value)}
        />
      </Match>
      <Match when={row.kind === "curve" || row.kind === "grid"}>
        <TableField
          id={props.id}
          name={name}
          row={row as TableRow}
          table={value() as Table}
          isLocked={!props.desk.mayChangeSetting(name)}
          put={put}
        />
      </Match>
    </Switch>
  );
}
