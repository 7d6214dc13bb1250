// The accounts of people: who may do what, a new password for who forgot it, and the end of an account.

import { createSignal, For, type JSX, Match, onMount, Switch } from "solid-js";
import type { Role } from "../../model/rows.ts";
import { ROLES } from "../../monitor/operations.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { DialogForm } from "../parts/dialog.tsx";
import { dayAndTime } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { createAct, type Told, whoAmI, wordOf } from "./act.ts";
import { FreshPassword } from "./own-password.tsx";

const T = texts.accounts;

export type Person = AnswerTo<"addAccount">;
type Opened = { readonly kind: "add" } | { readonly kind: "password" | "remove"; readonly name: string };

export function PeoplePanel(props: Told): JSX.Element {
  const monitor = useMonitor();
  const list = createAct();
  const [people, setPeople] = createSignal<readonly Person[]>([]);
  const [opened, setOpened] = createSignal<Opened>();
  const load = async (): Promise<void> => void setPeople((await monitor.ask("accounts", {})).accounts);
  onMount(() => void list.run(load).then(props.known));
  /** Of one's own account: the session has ended with the change. */
  const after = async (name: string): Promise<void> => {
    if (name === monitor.session()?.name) await whoAmI(monitor);
    else await load();
  };
  const setRole = (name: string, role: Role): void =>
    void list
      .run(async () => {
        await monitor.ask("changeAccount", { name, role });
        await after(name);
      })
      .then((wrong) => (wrong === undefined ? undefined : load().catch(() => undefined)));
  return (
    <Panel
      title={T.people}
      class="people-panel"
      aside={
        <button type="button" class="plain" onClick={() => setOpened({ kind: "add" })}>
          {T.add}
        </button>
      }
    >
      <p class="soft">{T.rolesHelp}</p>
      <p class="problem" role="alert">
        {list.problem()}
      </p>
      <PeopleTable people={people()} disabled={list.isBusy()} setRole={setRole} open={setOpened} />
      <PersonDialogs opened={opened()} close={() => setOpened(undefined)} after={after} />
    </Panel>
  );
}

function PeopleTable(props: {
  readonly people: readonly Person[];
  readonly disabled: boolean;
  readonly setRole: (name: string, role: Role) => void;
  readonly open: (opened: Opened) => void;
}): JSX.Element {
  return (
    <section class="wide" tabindex="0" aria-label={T.listOf(T.people)}>
      <table class="rows cards">
        <thead>
          <tr>
            <For each={[T.name, T.role, T.made, T.lastLogin, T.acts]}>{(head) => <th scope="col">{head}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={props.people}>
            {(person) => (
              <tr>
                <th scope="row">{person.name}</th>
                <td data-head={T.role}>
                  <select
                    aria-label={T.roleOf(person.name)}
                    disabled={props.disabled}
                    onChange={(event) => props.setRole(person.name, event.target.value as Role)}
                  >
                    <RoleOptions chosen={person.role} />
                  </select>
                </td>
                <td data-head={T.made}>{dayAndTime(person.created_ms)}</td>
                <td data-head={T.lastLogin}>
                  {person.lastLogin_ms === null ? T.never : dayAndTime(person.lastLogin_ms)}
                </td>
                <td>
                  <div class="row-acts">
                    <button
                      type="button"
                      class="plain"
                      aria-label={T.newPasswordOf(person.name)}
                      onClick={() => props.open({ kind: "password", name: person.name })}
                    >
                      {T.newPassword}
                    </button>
                    <button
                      type="button"
                      class="plain"
                      aria-label={T.removeOf(person.name)}
                      onClick={() => props.open({ kind: "remove", name: person.name })}
                    >
                      {T.remove}
                    </button>
                  </div>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
}

export const RoleOptions = (props: { readonly chosen: Role }): JSX.Element => (
  <For each={ROLES}>
    {(role) => (
      <option value={role} selected={role === props.chosen}>
        {T.roles[role]}
      </option>
    )}
  </For>
);

function PersonDialogs(props: {
  readonly opened: Opened | undefined;
  readonly close: () => void;
  readonly after: (name: string) => Promise<void>;
}): JSX.Element {
  const monitor = useMonitor();
  const name = (): string => (props.opened !== undefined && props.opened.kind !== "add" ? props.opened.name : "");
  const asked = createAct();
  const ask = (who: string, work: () => Promise<unknown>): Promise<string | undefined> =>
    asked.run(async () => {
      await work();
      await props.after(who);
    });
  const add = (fields: FormData): Promise<string | undefined> => {
    const account = { name: wordOf(fields, "name").trim(), role: wordOf(fields, "role") as Role };
    return ask(account.name, () => monitor.ask("addAccount", { ...account, password: wordOf(fields, "password") }));
  };
  const setPassword = (fields: FormData): Promise<string | undefined> =>
    ask(name(), () => monitor.ask("changeAccount", { name: name(), password: wordOf(fields, "password") }));
  const remove = (): Promise<string | undefined> => ask(name(), () => monitor.ask("removeAccount", { name: name() }));
  return (
    <Switch>
      <Match when={props.opened?.kind === "add"}>
        <DialogForm title={T.addTitle} submit={T.addIt} take={add} problem={asked.problem()} done={props.close}>
          <label>
            {T.name}
            <input name="name" required maxlength={64} autocomplete="off" />
          </label>
          <label>
            {T.role}
            <select name="role">
              <RoleOptions chosen="viewer" />
            </select>
          </label>
          <FreshPassword />
        </DialogForm>
      </Match>
      <Match when={props.opened?.kind === "password"}>
        <DialogForm
          title={T.newPasswordOf(name())}
          submit={T.set}
          take={setPassword}
          problem={asked.problem()}
          done={props.close}
        >
          <p class="dialog-hint">{T.newPasswordHelp}</p>
          <FreshPassword />
        </DialogForm>
      </Match>
      <Match when={props.opened?.kind === "remove"}>
        <DialogForm
          title={T.removeOf(name())}
          submit={T.remove}
          take={remove}
          problem={asked.problem()}
          done={props.close}
        >
          <p class="dialog-hint">{T.removeHelp}</p>
        </DialogForm>
      </Match>
    </Switch>
  );
}
