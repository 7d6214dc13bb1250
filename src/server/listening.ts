// Where the server listens: plain HTTP for this machine alone, and TLS for others where a host is asked for, but not before there
// is an owner. Both serve the one application.

import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { type Certificate, givenCertificate, ownCertificate, ownNames } from "./certificate.ts";

export type TlsOptions = {
  /** Address to listen at; "0.0.0.0" and "::" are all. */
  readonly host: string;
  readonly port: number;
  /** Files of a certificate that browsers know; else one of our own is made. */
  readonly files?: { readonly cert: string; readonly key: string };
  /** Where our own is kept. */
  readonly folder: string;
  readonly names: readonly string[];
  readonly wall_ms: () => number;
};

export type TlsListening = { readonly server: Server; readonly url: string; readonly certificate: Certificate };

const MOST_CONNECTIONS = 1000;
const HANDSHAKE_ms = 10_000;
/** Addresses come and go, certificates end. */
const LOOK_AGAIN_ms = 600_000;

/** Returns the address. Throws one line that says what to do where the port is taken. */
export async function listenHere(app: FastifyInstance, host: string, port: number): Promise<string> {
  app.server.maxConnections = MOST_CONNECTIONS;
  try {
    return await app.listen({ host, port });
  } catch (error) {
    throw portError(error, host, port, "--port");
  }
}

/** The application by TLS as well; closes with it. */
export async function listenTls(app: FastifyInstance, options: TlsOptions): Promise<TlsListening> {
  const { host, port, files } = options;
  const certificate = await certificateOf(options);
  const server = createServer(
    { ...certificate, minVersion: "TLSv1.2", requireHostHeader: false, handshakeTimeout: HANDSHAKE_ms },
    (request, response) => app.routing(request, response),
  );
  const { requestTimeout, headersTimeout, keepAliveTimeout } = app.server;
  Object.assign(server, { requestTimeout, headersTimeout, keepAliveTimeout, maxConnections: MOST_CONNECTIONS });
  server.on("clientError", (error, socket) => app.server.emit("clientError", error, socket));
  for (const event of ["connect", "checkExpectation"] as const)
    server.on(event, (...all: unknown[]) => void app.server.emit(event, ...all));
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    app.server.emit("upgrade", request, socket, head);
  });
  await opened(server, host, port);
  const renewal =
    files === undefined ? setInterval(() => void renew(server, options), LOOK_AGAIN_ms).unref() : undefined;
  app.server.once("close", () => {
    clearInterval(renewal);
    server.close();
    server.closeAllConnections();
  });
  return { server, certificate, url: urlOf(host, (server.address() as AddressInfo).port) };
}

const certificateOf = ({ files, folder, names, wall_ms }: TlsOptions): Certificate | Promise<Certificate> =>
  files === undefined ? ownCertificate(folder, ownNames(names), wall_ms()) : givenCertificate(files.cert, files.key);

/** Connections that are open stay as they are. Where the folder cannot be written just now, the next look tries again. */
async function renew(server: Server, options: TlsOptions): Promise<void> {
  try {
    server.setSecureContext(await certificateOf(options));
  } catch {
    // the one in use goes on
  }
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(portError(error, host, port, "--tls-port")));
    server.listen({ host, port }, () => resolve());
  });
}

function portError(error: unknown, host: string, port: number, option: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return new Error(`port ${port} of ${host} is taken: choose another with ${option}`);
  if (code === "EACCES") return new Error(`port ${port} may not be opened: choose one above 1023 with ${option}`);
  if (code === "EADDRNOTAVAIL") return new Error(`${host} is no address of this machine`);
  return error;
}

function urlOf(host: string, port: number): string {
  const isAll = host === "0.0.0.0" || host === "::";
  const [outside] = isAll
    ? ownNames()
        .slice(3)
        .filter((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name))
    : [host];
  const name = outside ?? "localhost";
  return `https://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
