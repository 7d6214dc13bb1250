// One's own password.

import { createSignal, type JSX, Show } from "solid-js";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { createAct, wordOf } from "./act.ts";

const T = texts.accounts;

export function OwnPassword(): JSX.Element {
  const monitor = useMonitor();
  const { problem, isBusy, run } = createAct();
  const [isDone, setDone] = createSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const fields = new FormData(form);
    setDone(false);
    const wrong = await run(() =>
      monitor.ask("changePassword", { old: wordOf(fields, "old"), password: wordOf(fields, "password") }),
    );
    if (wrong !== undefined) return;
    form.reset();
    setDone(true);
  };
  return (
    <Panel title={T.own} class="own-panel">
      <p class="soft">{T.ownHelp}</p>
      <form class="own-form" onSubmit={(event) => void submit(event)}>
        {/* So that whoever keeps passwords knows whose it is. */}
        <input
          class="unseen"
          autocomplete="username"
          value={monitor.session()?.name ?? ""}
          readonly
          tabindex="-1"
          aria-label={T.name}
        />
        <label>
          {T.old}
          <input name="old" type="password" required autocomplete="current-password" />
        </label>
        <FreshPassword />
        <button type="submit" disabled={isBusy()}>
          {T.change}
        </button>
        <p class="problem" role="alert">
          {problem()}
        </p>
        <p role="status">
          <Show when={isDone()}>{T.changed}</Show>
        </p>
      </form>
    </Panel>
  );
}

/** A password that is made up now. */
export const FreshPassword = (): JSX.Element => (
  <label>
    {T.fresh}
    <input name="password" type="password" required minlength={12} maxlength={200} autocomplete="new-password" />
    <span class="soft">{T.freshHelp}</span>
  </label>
);
