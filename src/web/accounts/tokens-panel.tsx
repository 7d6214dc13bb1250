// Tokens for programs: made with a role and an end, shown once, revoked.

import { createSignal, For, type JSX, onMount, Show } from "solid-js";
import type { Role } from "../../model/rows.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { DialogForm } from "../parts/dialog.tsx";
import { dayAndTime } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { createAct, type Told, wordOf } from "./act.ts";
import { RoleOptions } from "./people-panel.tsx";

const T = texts.accounts;
const HOLDS_days = 365;
const MOST_days = 3650;

type Token = AnswerTo<"tokens">["tokens"][number];

export function TokensPanel(props: Told): JSX.Element {
  const monitor = useMonitor();
  const list = createAct();
  const [tokens, setTokens] = createSignal<readonly Token[]>([]);
  const [secret, setSecret] = createSignal("");
  const [isAdding, setAdding] = createSignal(false);
  const [leaving, setLeaving] = createSignal<Token>();
  const load = async (): Promise<void> => void setTokens((await monitor.ask("tokens", {})).tokens);
  onMount(() => void list.run(load).then(props.known));
  const asked = createAct();
  const add = (fields: FormData): Promise<string | undefined> =>
    asked.run(async () => {
      const wanted = { name: wordOf(fields, "name").trim(), role: wordOf(fields, "role") as Role };
      setSecret((await monitor.ask("addToken", { ...wanted, days: Number(fields.get("days")) })).secret);
      await load();
    });
  const revoke = ({ id }: Token): Promise<string | undefined> =>
    asked.run(async () => {
      await monitor.ask("removeToken", { id });
      setSecret("");
      await load();
    });
  return (
    <Panel
      title={T.tokens}
      class="tokens-panel"
      aside={
        <button type="button" class="plain" onClick={() => setAdding(true)}>
          {T.addToken}
        </button>
      }
    >
      <p class="soft">{T.tokensHelp}</p>
      <p class="problem" role="alert">
        {list.problem()}
      </p>
      <Show when={secret() !== ""}>
        <Secret secret={secret()} />
      </Show>
      <Show when={tokens().length > 0} fallback={<p class="soft">{T.noTokens}</p>}>
        <TokenTable tokens={tokens()} revoke={setLeaving} />
      </Show>
      <Show when={isAdding()}>
        <DialogForm
          title={T.addTokenTitle}
          submit={T.makeIt}
          take={add}
          problem={asked.problem()}
          done={() => setAdding(false)}
        >
          <TokenFields />
        </DialogForm>
      </Show>
      <Show when={leaving()} keyed>
        {(token) => (
          <DialogForm
            title={T.revokeOf(token.name)}
            submit={T.revoke}
            take={() => revoke(token)}
            problem={asked.problem()}
            done={() => setLeaving(undefined)}
          >
            <p class="dialog-hint">{T.revokeHelp}</p>
          </DialogForm>
        )}
      </Show>
    </Panel>
  );
}

const TokenFields = (): JSX.Element => (
  <>
    <label>
      {T.tokenFor}
      <input name="name" required maxlength={64} autocomplete="off" />
    </label>
    <label>
      {T.role}
      <select name="role">
        <RoleOptions chosen="viewer" />
      </select>
    </label>
    <label>
      {T.days}
      <input name="days" type="number" required min={1} max={MOST_days} value={HOLDS_days} />
    </label>
  </>
);

function Secret(props: { readonly secret: string }): JSX.Element {
  const [isCopied, setCopied] = createSignal(false);
  let field!: HTMLInputElement;
  const copy = async (): Promise<void> => {
    field.select(); // where the browser lets no page copy, the person can
    await navigator.clipboard.writeText(props.secret);
    setCopied(true);
  };
  return (
    <div class="secret" role="status">
      <label>
        {T.secret}
        <input ref={field} readonly value={props.secret} onFocus={() => field.select()} />
      </label>
      <button type="button" onClick={() => void copy().catch(() => undefined)}>
        {isCopied() ? T.copied : T.copy}
      </button>
    </div>
  );
}

const TokenTable = (props: {
  readonly tokens: readonly Token[];
  readonly revoke: (token: Token) => void;
}): JSX.Element => (
  <section class="wide" tabindex="0" aria-label={T.listOf(T.tokens)}>
    <table class="rows cards">
      <thead>
        <tr>
          <For each={[T.tokenFor, T.role, T.ends, T.lastUse, T.madeBy, T.acts]}>
            {(head) => <th scope="col">{head}</th>}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.tokens}>
          {(token) => (
            <tr>
              <th scope="row">{token.name}</th>
              <td data-head={T.role}>{T.roles[token.role]}</td>
              <td data-head={T.ends}>{dayAndTime(token.expires_ms)}</td>
              <td data-head={T.lastUse}>{token.lastUse_ms === null ? T.never : dayAndTime(token.lastUse_ms)}</td>
              <td data-head={T.madeBy}>{token.createdBy}</td>
              <td>
                <button
                  type="button"
                  class="plain"
                  aria-label={T.revokeOf(token.name)}
                  onClick={() => props.revoke(token)}
                >
                  {T.revoke}
                </button>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  </section>
);
