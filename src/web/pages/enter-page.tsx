// The way in: name and password, or on the first start the one-time code of the terminal and the owner to be made.

import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Panel } from "../parts/panel.tsx";
import { type Session, useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";

const T = texts.enter;
/** What the pages of this browser tell each other: who has logged in. */
const LOGINS = "bms-logins";

const EnterPage = (): JSX.Element => {
  const monitor = useMonitor();
  const isFirst = (): boolean => monitor.session()?.needsOwner === true;
  const [problem, setProblem] = createSignal("");
  const [isBusy, setBusy] = createSignal(false);
  const begin = (session: Session): void => {
    monitor.setSession(session);
    monitor.start();
  };
  /** Whoever logs in elsewhere in this browser is let in here too: told so, or seen when somebody comes back to this page. */
  const lookAgain = async (): Promise<void> => {
    if (isBusy() || document.visibilityState !== "visible") return;
    const session = await monitor.ask("session", {}).catch(() => undefined);
    if (session !== undefined && session.role !== null && !isBusy() && monitor.session()?.role === null) begin(session);
  };
  const others = new BroadcastChannel(LOGINS);
  onMount(() => {
    const look = (): void => void lookAgain();
    others.addEventListener("message", look);
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    onCleanup(() => {
      others.close();
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    });
  });
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const word = (key: string): string => String(fields.get(key) ?? "");
    setBusy(true);
    try {
      const session = isFirst()
        ? await monitor.ask("createOwner", { code: word("code"), name: word("name"), password: word("password") })
        : await monitor.ask("logIn", { name: word("name"), password: word("password") });
      others.postMessage(session.name);
      begin(session);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={isFirst() ? T.firstTitle : T.title} class="enter">
      <Show when={isFirst()}>
        <p>{T.firstHelp}</p>
      </Show>
      <form onSubmit={(event) => void submit(event)}>
        <Show when={isFirst()}>
          <label>
            {T.code}
            <input name="code" autocomplete="one-time-code" required />
          </label>
        </Show>
        <label>
          {T.name}
          <input name="name" autocomplete="username" required />
        </label>
        <label>
          {T.password}
          <input
            name="password"
            type="password"
            required
            minlength={isFirst() ? 12 : undefined}
            autocomplete={isFirst() ? "new-password" : "current-password"}
            aria-describedby={isFirst() ? "password-rule" : undefined}
          />
        </label>
        <Show when={isFirst()}>
          <p class="soft" id="password-rule">
            {texts.accounts.freshHelp}
          </p>
        </Show>
        <p class="problem" role="alert">
          {problem()}
        </p>
        <button type="submit" disabled={isBusy()}>
          {isFirst() ? T.makeOwner : T.logIn}
        </button>
      </form>
    </Panel>
  );
};

export default EnterPage;
