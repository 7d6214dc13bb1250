// Keeps a device and its monitor's server running, each in a process of its own: what dies is started again, with growing pauses where
// it dies again and again. The device goes on whatever becomes of the server; when the device ends in order, all ends. What gives no sign of life any more (heartbeat.ts)
// is killed, and started again like what has died.

import { type ChildProcess, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { BEAT_ms, heardBeat, isSilent, newPulse, type Pulse } from "./heartbeat.ts";
import { ENDED_BY, type ToChild, type ToSupervisor } from "./supervised.ts";
import { keepTerminal } from "./terminal-mode.ts";

export type Plan = {
  /** The program's own file, and options of Node.js for the device. */
  readonly main: string;
  readonly nodeOptions: readonly string[];
  /** Words of the device's command line. `scenario`: undefined as given; `isFirst`: not after a death. */
  readonly deviceWords: (scenario: string | undefined, isFirst: boolean) => readonly string[];
  /** Words of the server's; undefined: no server. */
  readonly serverWords: readonly string[] | undefined;
};

/**
 * Little room for new objects: 12 MB less for a device that makes few of them. And garbage is collected on the loop's own thread: where
 * the processor is busy, waiting for helpers held the loop up three times as long (docs/decisions/0013-engine.md).
 */
export const DEVICE_ENGINE: readonly string[] = ["--max-semi-space-size=1", "--single-threaded-gc"];
/** The engine takes three times so many megabytes for new objects; by default 48 MB, and the server is no faster for it. */
const SERVER_MEMORY = "--max-semi-space-size=4";
/** Exit code of what was typed wrong: to start again would not help. */
const USAGE = 2;
const { PRIORITY_HIGHEST, PRIORITY_BELOW_NORMAL } = constants.priority;
const FIRST_PAUSE_ms = 200;
const LONGEST_PAUSE_ms = 10_000;
/** Whoever lived so long begins anew with the shortest pause. */
const STEADY_ms = 30_000;
/** The server waits for the device's first tick, but not for ever: the data folder can be read without a device. */
const SERVER_AFTER_ms = 3000;
/** How long the server may take to end before it is killed. */
const SERVER_END_ms = 3000;

type Life = {
  child: ChildProcess | undefined;
  began_ms: number;
  pause_ms: number;
  timer: NodeJS.Timeout | undefined;
  pulse: Pulse;
};
const noLife = (): Life => ({
  ...{ child: undefined, began_ms: 0, pause_ms: FIRST_PAUSE_ms, timer: undefined },
  pulse: newPulse(),
});

export class Supervisor {
  /** The exit code, when all has ended. */
  readonly done: Promise<number>;
  readonly #plan: Plan;
  readonly #device = noLife();
  readonly #server = noLife();
  readonly #restoreTerminal = keepTerminal();
  #resolve: (code: number) => void = () => {};
  #ended: Extract<ToSupervisor, { readonly kind: "ended" }> | undefined;
  #scenario: string | undefined;
  #hasStarted = false;
  #isStopping = false;
  #lastSaid = "";
  #looks: NodeJS.Timeout | undefined;
  #looked_ms = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  start(): void {
    this.#startDevice("");
    this.#looked_ms = performance.now();
    if (!this.#plan.nodeOptions.some((option) => option.startsWith("--inspect")))
      this.#looks = setInterval(() => this.#look(), BEAT_ms);
    if (this.#plan.serverWords !== undefined)
      this.#server.timer = setTimeout(() => this.#startServer(), SERVER_AFTER_ms);
  }

  /** Has the device end in order; again: at once. */
  stop(): void {
    const { child, timer } = this.#device;
    this.#isStopping = true;
    clearTimeout(timer);
    if (child === undefined) void this.#end(0);
    else tell(child, { kind: "stop" });
  }

  /** Kills what is silent: its end is then told like any other. */
  #look(): void {
    const elapsed_ms = performance.now() - this.#looked_ms;
    this.#looked_ms += elapsed_ms;
    for (const { child, pulse } of [this.#device, this.#server])
      if (child !== undefined && isSilent(pulse, elapsed_ms)) child.kill("SIGKILL");
  }

  /** @param endedBy why it is started again; "" where it has not died */
  #startDevice(endedBy: string): void {
    const { main, nodeOptions, deviceWords } = this.#plan;
    this.#ended = undefined;
    const isFirst = this.#device.began_ms === 0;
    const child = spawn(
      process.execPath,
      [...nodeOptions, ...DEVICE_ENGINE, main, ...deviceWords(this.#scenario, isFirst)],
      {
        stdio: ["inherit", "inherit", "inherit", "ipc"],
        env: endedBy === "" ? process.env : { ...process.env, [ENDED_BY]: endedBy },
      },
    );
    begin(this.#device, child);
    rank(child, PRIORITY_HIGHEST);
    child.on("message", (message) => this.#hearDevice(message as ToSupervisor));
    child.on("error", () => {}); // what could not be started has an exit, too
    whenGone(child, (code, signal) => this.#deviceGone(code, signal));
  }

  #hearDevice(message: ToSupervisor): void {
    if (message.kind === "ended") this.#ended = message;
    if (message.kind === "beat") heardBeat(this.#device.pulse, "device", message.health);
    if (message.kind !== "started") return;
    this.#hasStarted = true;
    if (this.#server.child === undefined && this.#plan.serverWords !== undefined) this.#startServer();
  }

  #deviceGone(code: number | null, signal: NodeJS.Signals | null): void {
    this.#device.child = undefined;
    if (this.#ended?.scenario !== undefined && !this.#isStopping) {
      this.#scenario = this.#ended.scenario;
      this.#startDevice("");
    } else if (this.#ended !== undefined || this.#isStopping || (code === USAGE && !this.#hasStarted)) {
      void this.#end(code ?? 1);
    } else {
      this.#restoreTerminal();
      const pause_ms = pauseOf(this.#device);
      const cause = causeOf(this.#device, code, signal);
      say(`the device ${cause} and is started again, with open contactors`);
      this.#device.timer = setTimeout(() => this.#startDevice(`the device ${cause}`), pause_ms);
    }
  }

  #startServer(): void {
    clearTimeout(this.#server.timer);
    const child = spawn(process.execPath, [SERVER_MEMORY, this.#plan.main, ...this.#plan.serverWords!], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    begin(this.#server, child);
    rank(child, PRIORITY_BELOW_NORMAL);
    let text = "";
    child.stderr?.setEncoding("utf8").on("data", (more: string) => {
      text = (text + more).slice(-4096);
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) this.#show(line.replace(/^bms: /, ""));
    });
    child.on("message", (message: ToSupervisor) => {
      if (message.kind === "beat") heardBeat(this.#server.pulse, "server", message.health);
    });
    child.on("error", () => {});
    whenGone(child, (code, signal) => this.#serverGone(code, signal));
  }

  #serverGone(code: number | null, signal: NodeJS.Signals | null): void {
    this.#server.child = undefined;
    if (this.#isStopping) return;
    const pause_ms = pauseOf(this.#server);
    const cause = causeOf(this.#server, code, signal);
    this.#show(`the monitor's server ${cause} and is started again; the device goes on`, "server");
    this.#server.timer = setTimeout(() => this.#startServer(), pause_ms);
  }

  /** On the device's own screen, where it has one. The same again says nothing new. */
  #show(text: string, kind: "tell" | "server" = "tell"): void {
    if (text === this.#lastSaid) return;
    this.#lastSaid = text;
    const { child } = this.#device;
    if (child?.connected === true && this.#hasStarted) tell(child, { kind, text });
    else say(text);
  }

  async #end(code: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#server.timer);
    clearInterval(this.#looks);
    await this.#endServer();
    this.#resolve(code);
  }

  #endServer(): Promise<void> {
    const { child } = this.#server;
    if (child === undefined) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), SERVER_END_ms);
      child.once("close", () => {
        clearTimeout(timer);
        done();
      });
      tell(child, { kind: "stop" });
    });
  }
}

function begin(life: Life, child: ChildProcess): void {
  life.child = child;
  life.began_ms = performance.now();
  life.pulse = newPulse();
}

/** How one has come to its end, as it goes on after its name. */
const causeOf = ({ pulse }: Life, code: number | null, signal: NodeJS.Signals | null): string =>
  pulse.isOver
    ? `was killed (no sign of life for ${(pulse.most_ms / 1000).toFixed(0)} s)`
    : `has died (${signal ?? `exit code ${code}`})`;

/** Where there is not enough of the processor for all, the device has what it needs: a system may let only its administrator ask for more. */
function rank({ pid }: ChildProcess, priority: number): void {
  try {
    if (pid !== undefined) setPriority(pid, priority);
  } catch {
    // it has gone already, or the system does not let us: then they share
  }
}

/** How long to wait before the next life. */
function pauseOf(life: Life): number {
  if (performance.now() - life.began_ms > STEADY_ms) life.pause_ms = FIRST_PAUSE_ms;
  const { pause_ms } = life;
  life.pause_ms = Math.min(LONGEST_PAUSE_ms, 2 * pause_ms);
  return pause_ms;
}

/** Once, also for what could not be started. */
function whenGone(child: ChildProcess, gone: (code: number | null, signal: NodeJS.Signals | null) => void): void {
  if (child.pid === undefined) child.once("error", () => gone(null, null));
  else child.once("close", gone);
}

function tell(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => {});
}

const say = (text: string): void => void process.stderr.write(`bms: ${text}\n`);
