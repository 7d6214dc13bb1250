// Makes a new virtual pack: chemistry, cells and capacity on the bench, or the world of a scenario, which brings its own.

import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { createSettings, SETTINGS } from "../../model/settings.ts";
import { changeSettings } from "../../model/validation.ts";
import type { Tabs } from "../state/tabs.ts";
import { choiceText } from "../tables/settings.ts";
import { texts } from "../texts/texts.ts";
import { BENCH, type VirtualStart } from "../worker/messages.ts";
import { DialogForm } from "./dialog.tsx";

const T = texts.packs;
const { chemistry, cells, capacity_Ah } = SETTINGS.battery.rows;
const MOST_SEED = 1_000_000;
/** The model has cells of these. */
const CHEMISTRIES = chemistry.choices.filter((each) => each !== "custom");

export const NewPack = (props: { readonly tabs: Tabs; readonly done: () => void }): JSX.Element => {
  const [scenarios] = createResource(async () => {
    const { link, ask } = props.tabs.chosen()!.monitor;
    return link.can("scenarios") ? (await ask("scenarios", {})).scenarios : [];
  });
  const [scenario, setScenario] = createSignal(BENCH);
  const [problem, setProblem] = createSignal("");
  const isBench = (): boolean => scenario() === BENCH;
  const take = (fields: FormData): string | undefined => {
    const start = startOf(fields, isBench());
    const why = whyNot(start);
    setProblem(why ?? "");
    if (why === undefined) void props.tabs.addVirtual(start);
    return why;
  };
  return (
    <DialogForm title={T.newTitle} submit={T.make} take={take} problem={problem()} done={props.done}>
      <p>{T.newHelp}</p>
      <label>
        {T.name}
        <input name="name" required maxlength={40} value={T.numbered(props.tabs.all().length + 1)} />
      </label>
      <label>
        {T.scenario}
        <select name="scenario" value={scenario()} onChange={(event) => setScenario(event.target.value)}>
          <option value={BENCH}>{T.bench}</option>
          <For each={scenarios.latest ?? []}>{({ name }) => <option value={name}>{name}</option>}</For>
        </select>
      </label>
      <Show when={isBench()} fallback={<p>{T.ofScenario}</p>}>
        <PackFields />
      </Show>
      <label>
        {T.seed}
        <input name="seed" type="number" required min={0} max={MOST_SEED} value={1} />
      </label>
      <p class="dialog-hint">{T.seedHelp}</p>
    </DialogForm>
  );
};

const PackFields = (): JSX.Element => (
  <>
    <label>
      {T.chemistry}
      <select name="chemistry">
        <For each={CHEMISTRIES}>
          {(each) => (
            <option value={each} selected={each === chemistry.default}>
              {choiceText("battery.chemistry", each)}
            </option>
          )}
        </For>
      </select>
    </label>
    <label>
      {T.cells}
      <input name="cells" type="number" required min={cells.min} max={cells.max} value={cells.default} />
    </label>
    <label>
      {T.capacity}
      <input
        name="capacity"
        type="number"
        step="any"
        required
        min={capacity_Ah.min}
        max={capacity_Ah.max}
        value={capacity_Ah.default}
      />
    </label>
  </>
);

function startOf(fields: FormData, isBench: boolean): VirtualStart {
  const number = (name: string): number => Number(fields.get(name));
  const changes = {
    "battery.chemistry": String(fields.get("chemistry")),
    "battery.cells": number("cells"),
    "battery.capacity_Ah": number("capacity"),
  };
  return {
    name: String(fields.get("name")),
    scenario: isBench ? BENCH : String(fields.get("scenario")),
    seed: number("seed"),
    changes: isBench ? changes : {},
    speed: 1,
  };
}

/** Why a device cannot have these settings. */
function whyNot({ changes }: VirtualStart): string | undefined {
  const changed = changeSettings(createSettings(), changes);
  return changed.ok ? undefined : changed.violations.map(({ setting, reason }) => `${setting} ${reason}`).join("; ");
}
