// The frame of every page: navigation, how the connection stands, the page itself. Who is not logged in sees the way in instead.

import {
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  lazy,
  Match,
  on,
  onCleanup,
  Show,
  Suspense,
  Switch,
} from "solid-js";
import { Dynamic } from "solid-js/web";
import { isAllowed } from "../monitor/operations.ts";
import { FIRST_PAGE, PAGES, type PageRow } from "./pages/pages.ts";
import { DropZone } from "./parts/drop-zone.tsx";
import { duration } from "./parts/format.ts";
import { LanguageChoice } from "./parts/language-choice.tsx";
import { PackBar } from "./parts/pack-bar.tsx";
import { ServiceLogin } from "./parts/service-login.tsx";
import { UsbButton } from "./parts/usb-button.tsx";
import { type Monitor, MonitorContext, useMonitor } from "./state/monitor.ts";
import { route } from "./state/route.ts";
import type { Tabs } from "./state/tabs.ts";
import { currentTheme, nextTheme } from "./state/theme.ts";
import { texts } from "./texts/texts.ts";

const T = texts.shell;
const COMPONENTS = new Map(Object.entries(PAGES).map(([path, { load }]) => [path, lazy(load)]));
const EnterPage = lazy(() => import("./pages/enter-page.tsx"));
/** Half, empty and full: as the system, light, dark. */
const THEME_SIGNS = { system: "◐", light: "○", dark: "●" } as const;
/** Data older than this is said to be old, s. */
const OLD_s = 2;

/** All open devices, and the pages of the one that is chosen. */
export const App = (props: { readonly tabs: Tabs; readonly isVirtual: boolean }): JSX.Element => (
  <DropZone>
    <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
      {T.skip}
    </button>
    <Show when={props.isVirtual || props.tabs.all().length > 1}>
      <PackBar tabs={props.tabs} />
    </Show>
    <Show when={props.tabs.chosen()} keyed>
      {(tab) => (
        <MonitorContext.Provider value={tab.monitor}>
          <Header tabs={props.tabs} name={tab.name()} />
          <Trouble />
          <main id="main" tabindex="-1">
            <Suspense fallback={<p class="loading">{T.loading}</p>}>
              <Show when={tab.monitor.session()} fallback={<p class="loading">{T.loading}</p>}>
                <Show when={tab.monitor.session()?.role} fallback={<Entrance tabs={props.tabs} />}>
                  <Page />
                </Show>
              </Show>
            </Suspense>
          </main>
        </MonitorContext.Provider>
      )}
    </Show>
  </DropZone>
);

const Entrance = (props: { readonly tabs: Tabs }): JSX.Element => (
  <>
    <h1 class="unseen">{T.product}</h1>
    <EnterPage />
    <p class="enter-usb">
      <UsbButton tabs={props.tabs} />
    </p>
  </>
);

function visible(monitor: Monitor, { needs, simulated, role }: PageRow): boolean {
  const isThere = monitor.link.can(needs) && (simulated !== true || monitor.device()?.isSimulated !== false);
  return isThere && (role === undefined || isAllowed(monitor.session()?.role ?? undefined, role));
}

function Page(): JSX.Element {
  const monitor = useMonitor();
  const name = createMemo(() => route().split("/")[0] || FIRST_PAGE);
  return (
    <Switch fallback={<p class="loading">{T.noPage}</p>}>
      <Match when={COMPONENTS.has(name()) && !visible(monitor, PAGES[name()]!)}>
        <p class="loading">{T.notHere}</p>
      </Match>
      <Match when={COMPONENTS.get(name())}>
        <h1 class="unseen">{T.pages[PAGES[name()]!.text]}</h1>
        <Dynamic component={COMPONENTS.get(name())} />
      </Match>
    </Switch>
  );
}

function Header(props: { readonly tabs: Tabs; readonly name: string }): JSX.Element {
  const monitor = useMonitor();
  const current = (): string => route().split("/")[0] || FIRST_PAGE;
  let pages!: HTMLUListElement;
  createEffect(
    on([current, () => monitor.session()?.role], () =>
      queueMicrotask(() =>
        pages.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }),
      ),
    ),
  );
  return (
    <header class="top" classList={{ coming: monitor.session() === undefined }}>
      <span class="brand">{T.product}</span>
      <nav aria-label={T.navigation}>
        <ul ref={pages}>
          <For each={Object.entries(PAGES).filter(([, row]) => monitor.session()?.role && visible(monitor, row))}>
            {([path, row]) => (
              <li>
                <a href={`#/${path}`} aria-current={current() === path ? "page" : undefined}>
                  {T.pages[row.text]}
                </a>
              </li>
            )}
          </For>
        </ul>
      </nav>
      <Connection />
      <LanguageChoice />
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        aria-label={T.theme[currentTheme()]}
        title={T.theme[currentTheme()]}
      >
        {THEME_SIGNS[currentTheme()]}
      </button>
      <Show when={monitor.link.home === "server" && monitor.session()?.role !== null}>
        <button type="button" class="quiet personal" onClick={() => void tryIt(props.tabs, monitor, props.name)}>
          {texts.packs.tryIt}
        </button>
      </Show>
      <Show when={monitor.link.home === "serial"}>
        <ServiceLogin />
      </Show>
      <Show when={monitor.link.home === "server" && monitor.session()?.name !== null}>
        <button type="button" class="quiet personal" onClick={() => void logOut(monitor)}>
          {T.logOut}
        </button>
      </Show>
    </header>
  );
}

/** What broke the device, where it runs in this page, and the way to begin anew. */
function Trouble(): JSX.Element {
  const monitor = useMonitor();
  return (
    <Show when={monitor.trouble()}>
      <div class="trouble" role="alert">
        <p>
          <strong>{monitor.link.restart ? T.broken : T.lost}</strong> {monitor.trouble()}
        </p>
        <Show when={monitor.link.restart}>
          <p>{T.contactorsOpen}</p>
          <button type="button" onClick={() => monitor.link.restart?.()}>
            {T.beginAnew}
          </button>
        </Show>
      </div>
    </Show>
  );
}

async function tryIt(tabs: Tabs, monitor: Monitor, name: string): Promise<void> {
  const { copyOf } = await import("./state/virtual-copy.ts");
  await tabs.addVirtual(await copyOf(monitor, texts.packs.copyOf(name)));
}

async function logOut(monitor: Monitor): Promise<void> {
  await monitor.ask("logOut", {}).catch(() => undefined);
  location.reload();
}

/** Whether what is shown is of now, and else how old it is. */
function Connection(): JSX.Element {
  const monitor = useMonitor();
  const [beat, setBeat] = createSignal(0);
  const timer = setInterval(() => setBeat(beat() + 1), 500);
  onCleanup(() => clearInterval(timer));
  const isOld = (): boolean => beat() >= 0 && monitor.age_s() > OLD_s;
  const isLive = (): boolean => monitor.state() === "up" && !isOld();
  const state = (): string => T.link[isLive() ? "up" : monitor.state() === "up" ? "connecting" : monitor.state()];
  const age = (): string => (Number.isFinite(monitor.age_s()) ? T.link.age(duration(monitor.age_s())) : T.link.never);
  return (
    <span class="connection" classList={{ stale: !isLive() }}>
      <Show when={monitor.session()?.role}>
        <span role="status">{state()}</span>
        {/* Not in what is read aloud: it changes each second. */}
        <Show when={!isLive()} fallback={<Show when={monitor.device()?.isSimulated}> · {T.link.simulated}</Show>}>
          {" "}
          <span>{age()}</span>
        </Show>
      </Show>
    </span>
  );
}
