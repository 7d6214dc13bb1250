// The scenarios of the modelled world: which one runs, how far it is and what has come of its expectations, and the others to start.

import { createResource, For, type JSX, Show } from "solid-js";
import type { WorldTold } from "../../monitor/told.ts";
import { useMonitor } from "../state/monitor.ts";
import { texts, word } from "../texts/texts.ts";
import { duration } from "./format.ts";

const T = texts.world;
const BENCH = { name: "bench", description: T.benchHelp, duration_s: 0 };
const MARKS = { open: "○", passed: "✓", failed: "✗", notJudged: "–" } as const;

/** @param props.start begins anew in a scenario */
export function ScenarioList(props: {
  readonly start: (name: string) => void;
  readonly disabled: boolean;
}): JSX.Element {
  const monitor = useMonitor();
  const [scenarios] = createResource(() => monitor.ask("scenarios", {}));
  const all = () => [BENCH, ...(scenarios.latest?.scenarios ?? [])];
  return (
    <>
      <Show when={monitor.world()}>{(world) => <Progress world={world()} />}</Show>
      <p class="scenario-help">{T.startHelp}</p>
      <ul class="scenarios">
        <For each={all()}>
          {({ name, description, duration_s }) => (
            <li classList={{ current: monitor.world()?.scenario === name }}>
              <div class="scenario-words">
                <h3>{name === BENCH.name ? T.bench : name}</h3>
                <p>
                  {word(`scenarios.${name}.description`, description)}{" "}
                  {duration_s > 0 ? T.length(duration(duration_s)) : ""}
                </p>
              </div>
              <Show when={monitor.world()?.scenario === name}>
                <span class="scenario-now">{T.running}</span>
              </Show>
              <button
                type="button"
                class="plain"
                disabled={props.disabled}
                aria-label={T.startOne(name)}
                onClick={() => props.start(name)}
              >
                {T.start}
              </button>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

function Progress(props: { readonly world: WorldTold }): JSX.Element {
  const isOver = (): boolean => props.world.scenarioTime_s >= props.world.scenarioDuration_s;
  return (
    <Show when={props.world.scenarioDuration_s > 0}>
      <div class="scenario-progress">
        <h3>
          {props.world.scenario} ·{" "}
          {T.progress(duration(props.world.scenarioTime_s), duration(props.world.scenarioDuration_s))}
        </h3>
        <progress
          aria-label={props.world.scenario}
          max={props.world.scenarioDuration_s}
          value={Math.min(props.world.scenarioTime_s, props.world.scenarioDuration_s)}
        />
        <p>{isOver() ? T.over : T.expectations}</p>
        <ul class="expectations">
          <For each={props.world.expectations}>
            {({ name, verdict, detail }) => (
              <li class={verdict}>
                <span aria-hidden="true">{MARKS[verdict]}</span> {name}: {T.verdicts[verdict]}
                {detail === "" ? "" : `, ${detail}`}
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}
