// Who may come in: one's own password, and for owners the people, the tokens of programs, and what has been done.

import { createSignal, type JSX, Show } from "solid-js";
import { AuditPanel } from "../accounts/audit-panel.tsx";
import { OwnPassword } from "../accounts/own-password.tsx";
import { PeoplePanel } from "../accounts/people-panel.tsx";
import { TokensPanel } from "../accounts/tokens-panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import "../style/accounts.css";

const AccountsPage = (): JSX.Element => {
  const monitor = useMonitor();
  const [known, setKnown] = createSignal(0);
  const tell = (): number => setKnown(known() + 1);
  const lists = (monitor.may("accounts") ? 2 : 0) + (monitor.may("audit") ? 1 : 0);
  const isComing = (): boolean => known() < lists;
  return (
    <>
      <Show when={isComing()}>
        <p class="loading">{texts.shell.loading}</p>
      </Show>
      <div class="accounts" classList={{ coming: isComing() }}>
        <Show when={monitor.may("accounts")}>
          <PeoplePanel known={tell} />
          <TokensPanel known={tell} />
        </Show>
        <OwnPassword />
        <Show when={monitor.may("audit")}>
          <AuditPanel known={tell} />
        </Show>
      </div>
    </>
  );
};

export default AccountsPage;
