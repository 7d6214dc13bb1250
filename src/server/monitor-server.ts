// The monitor's server, started: accounts, application, ports. Says in lines what a person at the terminal must know: where it is,
// the code for the first owner, the fingerprint of its certificate.

import type { FastifyInstance } from "fastify";
import { messageOf } from "../base/error-text.ts";
import { type Accounts, closeAccounts, openAccounts } from "./accounts/accounts.ts";
import { keepCodeFresh } from "./accounts/first-code.ts";
import { isLoopback } from "./accounts/visitor.ts";
import type { DataDesk, DeviceLink } from "./answerers.ts";
import { type AppOptions, createApp } from "./app.ts";
import { listenHere, listenTls, type TlsListening } from "./listening.ts";
import { DEFAULT_PORT } from "./openapi.ts";

export const DEFAULT_TLS_PORT = 8443;

export type MonitorOptions = {
  /** The data folder. */
  readonly folder: string;
  /** Address to listen at: one of this machine alone (plain HTTP), or another (by TLS, once there is an owner). */
  readonly host?: string;
  readonly port?: number;
  readonly tlsPort?: number;
  /** Files of a certificate that browsers know. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Further names by which this machine is asked for. */
  readonly names?: readonly string[];
  readonly device?: DeviceLink;
  readonly data?: DataDesk;
  readonly pages?: string;
  readonly extend?: NonNullable<AppOptions["extend"]>;
  readonly mistake?: NonNullable<AppOptions["mistake"]>;
  /** Lines for the person at the terminal. */
  readonly say: (line: string) => void;
  readonly wall_ms?: () => number;
  readonly steady_us?: () => number;
  /** See accounts.ts. */
  readonly cost?: number;
};

export type MonitorServer = {
  readonly app: FastifyInstance;
  readonly accounts: Accounts;
  /** For this machine: "http://127.0.0.1:8080". */
  readonly url: string;
  /** For others; undefined while there is no owner, or where no host was asked for. */
  readonly tls: () => Promise<TlsListening | undefined>;
  readonly close: () => Promise<void>;
};

const LOOPBACK = "127.0.0.1";
const isHere = (host: string): boolean => host === "localhost" || isLoopback(host);

/** Throws a StoreError or one line where the folder, the port or the certificate cannot be used. */
export async function startMonitor(options: MonitorOptions): Promise<MonitorServer> {
  const { folder, host = LOOPBACK, port = DEFAULT_PORT, say } = options;
  let tls: Promise<TlsListening | undefined> = Promise.resolve(undefined);
  let url = `http://${LOOPBACK}:${port}`;
  const accounts = openAccounts({
    ...definedOf(options),
    folder,
    tell: (noted) => options.device?.tell(noted),
    showCode: (code) => say(`first start: open ${url} and make the owner with the code ${code} (it holds 15 minutes)`),
    onOwner: () => {
      if (!isHere(host)) tls = openForOthers().catch((error: unknown) => void say(messageOf(error)));
    },
  });
  if (accounts.problem !== "") say(accounts.problem);
  const app = await createApp({
    ...options,
    accounts,
    port,
    isTlsForGood: options.certificate !== undefined,
    report: say,
  });
  app.addHook("onClose", async () => closeAccounts(accounts));
  const openForOthers = async (): Promise<TlsListening> => {
    const { tlsPort = DEFAULT_TLS_PORT, certificate: files, names = [] } = options;
    const wall_ms = options.wall_ms ?? Date.now;
    const opened = await listenTls(app, { host, port: tlsPort, folder, names, wall_ms, ...(files ? { files } : {}) });
    say(`for others: ${opened.url}, SHA-256 fingerprint of the certificate ${opened.certificate.fingerprint}`);
    return opened;
  };
  try {
    url = await listenHere(app, isHere(host) ? host : LOOPBACK, port);
    if (accounts.hasOwner && !isHere(host)) tls = Promise.resolve(await openForOthers());
  } catch (error) {
    await app.close();
    throw error;
  }
  say(`monitor: ${url}`);
  if (!accounts.hasOwner) keepCodeFresh(accounts.first, accounts.wall_ms());
  if (!accounts.hasOwner && !isHere(host)) say(`${host} is served as soon as there is an owner`);
  return { app, accounts, url, tls: () => tls, close: () => app.close() };
}

/** Clocks and cost, where they are handed in. */
function definedOf({ wall_ms, steady_us, cost }: MonitorOptions) {
  return {
    ...(wall_ms === undefined ? {} : { wall_ms }),
    ...(steady_us === undefined ? {} : { steady_us }),
    ...(cost === undefined ? {} : { cost }),
  };
}
