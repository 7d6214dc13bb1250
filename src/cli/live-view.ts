// The live view in a terminal: five pictures a second of the running session, and keys that act on the device and on the
// modelled world around it.

import type { Session } from "../device/session.ts";
import { NO_CHARGER } from "../sim/plant/charger.ts";
import { pressButton, setCharger, setLoad } from "../sim/world.ts";
import { benchCharger, benchLoads, loadName } from "../virtual/bench.ts";
import { ask } from "../virtual/device.ts";
import { note } from "../virtual/journal.ts";
import { setSpeed } from "../virtual/pace.ts";
import { readStatus } from "../virtual/status.ts";
import { createStyle, type Style, wantsColours } from "./ansi.ts";
import {
  createFaultMenu,
  FAULT_MENU_KEYS,
  type FaultMenu,
  faultMenuLines,
  faultWords,
  pressFaultKey,
} from "./fault-menu.ts";
import { keysOf } from "./keys.ts";
import type { Show } from "./lines.ts";
import { panelLines, type View } from "./panel.ts";
import { Screen } from "./screen.ts";
import { isSupervised } from "./supervised.ts";

const PERIOD_ms = 200;
const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1200, 3600];

class LiveView {
  readonly #session: Session;
  readonly #place: string;
  readonly #screen: Screen;
  readonly #style: Style = createStyle(wantsColours(process.env));
  readonly #menu: FaultMenu = createFaultMenu();
  readonly #timer: NodeJS.Timeout;
  /** For the speed that is reached: device and machine time of the last second. */
  #before = { run_us: 0, now_ms: performance.now(), reached: 1 };
  readonly #always: Readonly<Record<string, () => void>> = {
    "ctrl-c": () => this.#session.stop(),
    "ctrl-d": () => this.#session.stop(),
    "ctrl-z": () => this.#suspend(),
    "ctrl-l": () => this.#screen.refresh(),
  };
  readonly #keys: Readonly<Record<string, () => void>> = {
    q: () => this.#session.stop(),
    b: () => this.#button(),
    c: () => this.#charger(),
    l: () => this.#nextLoad(),
    f: () => this.#openMenu(),
    "+": () => this.#speed(1),
    "=": () => this.#speed(1),
    "-": () => this.#speed(-1),
    a: () => this.#acknowledge(),
  };
  readonly #onKeys = (chunk: string): void => this.#press(chunk);
  readonly #onResize = (): void => this.#redraw();
  readonly #onSuspend = (): void => this.#suspend();
  readonly #onContinue = (): void => this.#resume();

  constructor(session: Session, place: string) {
    this.#session = session;
    this.#place = place;
    const keys = process.stdin.isTTY === true ? process.stdin : undefined;
    this.#screen = new Screen(process.stdout, keys);
    this.#screen.open();
    keys?.setEncoding("utf8").on("data", this.#onKeys).resume();
    process.stdout.on("resize", this.#onResize);
    process.on("SIGTSTP", this.#onSuspend);
    process.on("SIGCONT", this.#onContinue);
    this.#timer = setInterval(() => this.#paint(), PERIOD_ms);
    this.#paint();
  }

  stop(): void {
    clearInterval(this.#timer);
    process.stdin.off("data", this.#onKeys).pause();
    process.stdout.off("resize", this.#onResize);
    process.off("SIGTSTP", this.#onSuspend);
    process.off("SIGCONT", this.#onContinue);
    this.#screen.close();
  }

  #paint(): void {
    const { width, height } = this.#screen;
    const menu = this.#menu.open
      ? {
          lines: (room: number) => faultMenuLines(this.#menu, this.#session.device.world, width, room, this.#style),
          keys: FAULT_MENU_KEYS,
        }
      : undefined;
    this.#screen.paint(panelLines(this.#view(), width, height, this.#style, menu));
  }

  #redraw(): void {
    this.#screen.refresh();
    this.#paint();
  }

  #suspend(): void {
    this.#screen.close();
    // the whole job, so that the shell that waits for the supervisor has its terminal back
    process.kill(isSupervised() ? 0 : process.pid, "SIGSTOP");
  }

  #resume(): void {
    this.#screen.open();
    this.#redraw();
  }

  #view(): View {
    const { device, journal, loop } = this.#session;
    const { run, world, bms } = device;
    return {
      status: readStatus(bms),
      settings: bms.settings,
      time_s: run.time_us / 1e6,
      speed: loop?.pace.speed ?? 1,
      reached: this.#reached(run.time_us),
      overruns: loop?.pace.overruns ?? 0,
      asleep: run.awake === 0,
      load: loadWords(this.#session),
      charger: chargerWords(this.#session),
      modelFaults: world.activeFaults.map(faultWords),
      trueSoc: run.scene.soc,
      events: journal.events,
      place: this.#place,
      monitor: this.#session.monitor?.place,
    };
  }

  #reached(run_us: number): number {
    const now_ms = performance.now();
    const passed_ms = now_ms - this.#before.now_ms;
    if (passed_ms >= 1000) {
      this.#before = { run_us, now_ms, reached: (run_us - this.#before.run_us) / 1000 / passed_ms };
    }
    return this.#before.reached;
  }

  #press(chunk: string): void {
    for (const key of keysOf(chunk)) this.#pressKey(key);
    this.#paint();
  }

  #pressKey(key: string): void {
    const always = this.#always[key];
    if (always !== undefined) always();
    else if (this.#menu.open) this.#pressMenuKey(key);
    else this.#keys[key]?.();
  }

  #pressMenuKey(key: string): void {
    const page = Math.max(1, this.#screen.height - 20);
    const done = pressFaultKey(this.#menu, key, this.#session.device.world, page);
    if (done !== "") this.#tell(done);
  }

  #openMenu(): void {
    this.#menu.open = true;
  }

  #tell(text: string): void {
    const { journal, device } = this.#session;
    note(journal, device.run.time_us / 1e6, "fine", text);
  }

  /** A short press switches on; to switch off the button must be held. */
  #button(): void {
    const { run, bms, world } = this.#session.device;
    const on = run.awake === 1 && (bms.decide.mode === "running" || bms.decide.mode === "starting");
    pressButton(world, on ? (bms.settings.powerDown.buttonOff_ms + 200) * 1000 : 300_000);
    this.#tell(on ? "button held: switch off" : "button pressed: switch on");
  }

  #charger(): void {
    const { world, bms } = this.#session.device;
    const { config } = world.charger;
    if (config.plugged) setCharger(world, { ...config, plugged: false });
    else setCharger(world, config.current_A > 0 ? { ...config, plugged: true } : benchCharger(bms.settings));
    this.#tell(config.plugged ? "charger unplugged" : "charger plugged in");
  }

  #nextLoad(): void {
    const { world, bms } = this.#session.device;
    const loads = benchLoads(bms.settings);
    const at = loads.findIndex(({ name }) => name === loadName(loads, world.load.config));
    const next = loads[(at + 1) % loads.length]!;
    setLoad(world, next.load);
    this.#tell(`load: ${next.name}`);
  }

  #speed(by: 1 | -1): void {
    const { loop } = this.#session;
    if (loop === undefined) return;
    const { speed } = loop.pace;
    const next = by === 1 ? SPEEDS.find((other) => other > speed) : SPEEDS.findLast((other) => other < speed);
    if (next !== undefined) setSpeed(loop.pace, next);
  }

  #acknowledge(): void {
    ask(
      this.#session.device,
      { kind: "acknowledge", faults: "all" },
      (answer) => (answer.ok ? undefined : this.#tell(`not acknowledged: ${answer.reason}`)),
      "terminal",
    );
  }
}

/** The load by its name on the bench, or by what it takes. */
function loadWords(session: Session): string {
  const { bms, world } = session.device;
  const { config } = world.load;
  const name = loadName(benchLoads(bms.settings), config);
  if (name !== "scenario") return name;
  if (config.kind === "current") return `${config.current_A.toFixed(0)} A`;
  if (config.kind === "power") return `${config.power_W.toFixed(0)} W`;
  return config.kind === "resistor" ? `${config.resistance_Ohm} Ohm` : config.kind;
}

function chargerWords(session: Session): string {
  const { config, finished } = session.device.world.charger;
  if (!config.plugged) return config === NO_CHARGER ? "none" : "unplugged";
  return `${config.voltage_V.toFixed(1)} V ${config.current_A.toFixed(0)} A${finished === 1 ? ", finished" : ""}`;
}

/** Takes over the terminal until stop() is called. */
export function startLiveView(session: Session, place: string): Show {
  const view = new LiveView(session, place);
  return { stop: () => view.stop() };
}
