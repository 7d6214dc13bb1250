// bms serve: the monitor's server alone, for a device that runs otherwise: `bms run` in another terminal, or none at all while only
// its data folder is read. As a child of `bms start` it says what there is to say through the device, which has the terminal.

import type { Command } from "commander";
import { messageOf } from "../base/error-text.ts";
import type { MonitorPlace } from "../device/monitor-frames.ts";
import { StoreError } from "../device/store-error.ts";
import { createDataOperations, type DataOperations, DEFAULT_SETUP } from "../server/data/data-operations.ts";
import { addDownloads } from "../server/data/download.ts";
import { SocketLink } from "../server/device-link.ts";
import { createMistakes, type ReportMistake } from "../server/mistakes.ts";
import { type MonitorOptions, type MonitorServer, startMonitor } from "../server/monitor-server.ts";
import { addStream } from "../server/stream.ts";
import { beat } from "./heartbeat.ts";
import { placeText } from "./monitor-place.ts";
import { checkServeOptions, type ServeOptions, withServeOptions } from "./serve-options.ts";
import { isSupervised, listenToSupervisor, tellSupervisor } from "./supervised.ts";
import { UsageError } from "./usage-error.ts";

const EXAMPLES = `
Examples:
  bms serve                            the monitor of ./data at http://127.0.0.1:8080
  bms serve --data /var/lib/bms --port 8000
  bms serve --host 0.0.0.0             for others, too, by TLS, once there is an owner`;

/** Between two tries to open the port. */
const AGAIN_ms = 2000;
/** How often it is looked whether the first owner's code is another. */
const LOOK_ms = 500;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerServe(program: Command): void {
  const command = program
    .command("serve")
    .summary("serve the monitor of a device that runs otherwise")
    .description("Serve the monitor of a device: pages, API and stream, from its data folder and its socket.")
    .option("--data <dir>", "data folder of the device", "./data");
  withServeOptions(command).addHelpText("after", EXAMPLES).action(serve);
}

const sayLine = (text: string): void => void process.stderr.write(`bms: ${text}\n`);

async function serve(options: ServeOptions): Promise<void> {
  checkServeOptions(options);
  let isOpen = false;
  const still = beat(() => (isOpen ? "working" : "starting"));
  const link = new SocketLink(options.data);
  const mistake = createMistakes(sayLine, (text) => link.mistake(text));
  const data = createDataOperations(options.data, { mistake, setup: setupOf(link) });
  const end = ending();
  link.open();
  const server = await opened(options, { link, data, mistake }, end.isOver);
  if (server !== undefined) {
    isOpen = true;
    await tellSupervisor({ kind: "beat", health: "working" }); // who knows the place may count on it from now on
    const tellPlace = placeTeller(link, server);
    const look = setInterval(tellPlace, LOOK_ms);
    tellPlace();
    await end.over;
    isOpen = false;
    clearInterval(look);
    await server.close();
  }
  await data.close();
  link.close();
  end.forget();
  still();
}

/** Under which name the device keeps its settings: of one that is down what it said last. */
function setupOf(link: SocketLink): () => Promise<string> {
  let last = DEFAULT_SETUP;
  return async () => {
    const came = await link.ask("device", {}, { actor: "", role: "viewer" });
    if (came.ok) last = came.answer.setup;
    return last;
  };
}

/** Over at a signal, or when the supervisor says so or dies. A ctrl-c of a terminal means the device, which ends the rest. */
function ending() {
  let isOver = false;
  let finish = (): void => {};
  const over = new Promise<void>((resolve) => {
    finish = () => {
      isOver = true;
      resolve();
    };
  });
  const interrupted = (): void => {
    if (!isSupervised()) finish();
  };
  process.on("SIGINT", interrupted).on("SIGTERM", finish).on("SIGHUP", interrupted);
  const leave = listenToSupervisor(({ kind }) => (kind === "stop" ? finish() : undefined), finish);
  const forget = (): void => {
    leave();
    process.off("SIGINT", interrupted).off("SIGTERM", finish).off("SIGHUP", interrupted);
  };
  return { over, isOver: () => isOver, forget };
}

/** Tries until the port is to be had. Undefined: it was over before. */
async function opened(
  options: ServeOptions,
  answerers: Answerers,
  isOver: () => boolean,
): Promise<MonitorServer | undefined> {
  let told = "";
  while (!isOver()) {
    const early: string[] = [];
    let say: (line: string) => void = (line) => void early.push(line);
    try {
      const server = await startMonitor(monitorOptions(options, answerers, (line) => say(line)));
      say = sayLine;
      early.forEach(sayLine);
      return server;
    } catch (error) {
      if (error instanceof StoreError) throw new UsageError(error.message);
      const text = `the monitor cannot be served: ${messageOf(error)}; trying again`;
      if (text !== told) sayLine(text);
      told = text;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_ms));
  }
  return undefined;
}

/** What is told by tellPlace is not said twice. */
const isPlace = (line: string): boolean => /^(monitor|first start): /.test(line);

type Answerers = { readonly link: SocketLink; readonly data: DataOperations; readonly mistake: ReportMistake };

function monitorOptions(
  options: ServeOptions,
  { link, data, mistake }: Answerers,
  say: (line: string) => void,
): MonitorOptions {
  const { data: folder, host, port, tlsPort, cert, key, name } = options;
  return {
    ...{ folder, port: Number(port), device: link, data, mistake },
    extend: async (app, door) => {
      addDownloads(app, door, data);
      await addStream(app, door, link.news);
    },
    ...(host === undefined ? {} : { host }),
    ...(tlsPort === undefined ? {} : { tlsPort: Number(tlsPort) }),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
    ...(name === undefined ? {} : { names: name }),
    say: (line) => (isPlace(line) ? undefined : say(line)),
  };
}

/** To the device, which may have a terminal, and to our own. */
function placeTeller(link: SocketLink, server: MonitorServer): () => void {
  let told = "";
  return () => {
    const { hasOwner, first } = server.accounts;
    const code = hasOwner || first.code === "" ? undefined : first.code;
    const place: MonitorPlace = { urls: [server.url], code };
    const text = placeText(place);
    if (text === told) return;
    told = text;
    link.place(place);
    if (!isSupervised()) sayLine(text);
  };
}
