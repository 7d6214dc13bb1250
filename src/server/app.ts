// The monitor's server as one Fastify instance: limits, headers, the door, a route for each operation, the pages. It listens
// nowhere by itself (listening.ts does); what answers is handed in.

import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyRateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { OPERATION_NAMES, OPERATIONS } from "../monitor/operations.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { isLoopback } from "./accounts/visitor.ts";
import { type DataDesk, type DeviceLink, NO_DATA, NO_DEVICE } from "./answerers.ts";
import { addBareAnswers, answerBroken } from "./bare-answers.ts";
import { checkAddress, createDoor, type Door } from "./door.ts";
import { createMistakes, type ReportMistake } from "./mistakes.ts";
import { BASE, DEFAULT_PORT } from "./openapi.ts";
import { addPages, PAGES, sendView } from "./pages.ts";
import { explainProblem, problemOf, type Reports, sendProblem } from "./problems.ts";
import { addRoutes } from "./routes.ts";

export type AppOptions = {
  readonly accounts: Accounts;
  readonly device?: DeviceLink;
  readonly data?: DataDesk;
  /** The port of plain HTTP: it stands in the cookie's name. */
  readonly port?: number;
  /** Further names by which this machine is asked for. */
  readonly names?: readonly string[];
  /** Folder of the pages. */
  readonly pages?: string;
  /** Tell browsers to come only by TLS from now on: only with a certificate they know. */
  readonly isTlsForGood?: boolean;
  /** Requests of an address within a second: of this machine, of another. */
  readonly limits?: { readonly here: number; readonly elsewhere: number };
  /** Gets what only the terminal may know. */
  readonly report?: (line: string) => void;
  /** Gets our own mistakes; without it only the terminal does. */
  readonly mistake?: ReportMistake;
  /** Adds what is no operation: the stream. */
  readonly extend?: (app: FastifyInstance, door: Door) => void | Promise<void>;
};

const BODY_bytes = 256 * 1024;
const REQUEST_ms = 30_000;
const ANSWER_ms = 60_000;
/** Programs on this machine may ask often; a page asks some hundred times while it loads. */
const LIMITS = { here: 5000, elsewhere: 200 };
const LIMIT_WINDOW_ms = 10_000;

/** What pages may load: only from here, nothing inline. */
const CONTENT_SECURITY = {
  useDefaults: false,
  directives: {
    ...{ defaultSrc: ["'self'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"] },
    objectSrc: ["'none'"],
  },
};

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const {
    accounts,
    port = DEFAULT_PORT,
    names = [],
    report: say = (line) => process.stderr.write(`bms: ${line}\n`),
    mistake = createMistakes(say, () => {}),
  } = options;
  const reports: Reports = { say, mistake };
  const app = Fastify({
    ...{ forceCloseConnections: true, bodyLimit: BODY_bytes, requestTimeout: REQUEST_ms, handlerTimeout: ANSWER_ms },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    frameworkErrors: (error, { method }, reply) =>
      void sendProblem(reply as FastifyReply, problemOf(error, method, reports)),
    http: { requireHostHeader: false }, // the door asks for it, and answers in our shape
    clientErrorHandler: answerBroken,
    return503OnClosing: false, // bare-answers.ts does, in our shape
  });
  const door = createDoor(accounts, port, names);
  app.setErrorHandler((error, { method, routeOptions: { url = "" } }, reply) =>
    sendProblem(reply, problemOf(error, `${method} ${url}`.trim(), reports)),
  );
  app.removeContentTypeParser("text/plain"); // a form of another page could send that without asking
  await addLimitsAndHeaders(app, options);
  app.addHook("onRequest", (request, reply) => checkAddress(door, request, reply));
  await options.extend?.(app, door);
  addBareAnswers(app);
  addExplanations(app);
  addRoutes(app, { door, device: options.device ?? NO_DEVICE, data: options.data ?? NO_DATA });
  const hasPages = await addPages(app, options.pages ?? PAGES);
  app.setNotFoundHandler(
    (request, reply) => (hasPages && sendView(request, reply)) || sendUnknown(request, reply, hasPages),
  );
  return app;
}

/** The addresses that the problems name as their type. */
function addExplanations(app: FastifyInstance): void {
  app.get<{ Params: { kind: string } }>("/problems/:kind", (request, reply) => {
    const text = explainProblem(request.params.kind);
    if (text === undefined) return sendProblem(reply, { kind: "unknown", detail: "there is no such kind of problem" });
    return reply.type("text/plain; charset=utf-8").send(text);
  });
}

async function addLimitsAndHeaders(app: FastifyInstance, { limits = LIMITS, isTlsForGood = false }: AppOptions) {
  await app.register(fastifyRateLimit, { global: false });
  const limit = app.createRateLimit({
    timeWindow: LIMIT_WINDOW_ms,
    max: ({ ip }) => ((isLoopback(ip) ? limits.here : limits.elsewhere) * LIMIT_WINDOW_ms) / 1000,
  });
  app.addHook("onRequest", async (request, reply) => {
    const counted = await limit(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    const retryAfter_s = counted.ttlInSeconds;
    await sendProblem(reply, { kind: "tooMany", detail: "too many requests: wait a little", retryAfter_s });
  });
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: CONTENT_SECURITY,
    strictTransportSecurity: false,
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
  if (isTlsForGood) app.addHook("onRequest", async (request, reply) => askForTls(request, reply));
}

/** Not from this machine: here plain HTTP is served under the same names. */
function askForTls({ protocol, ip }: FastifyRequest, reply: FastifyReply): void {
  if (protocol === "https" && !isLoopback(ip)) void reply.header("strict-transport-security", "max-age=31536000");
}

/** Each path of the table as a pattern, with what it can be asked by. */
const PATHS = [...new Set(OPERATION_NAMES.map((name) => OPERATIONS[name].path))];
const PATTERNS = PATHS.map((path) => ({
  pattern: new RegExp(`^${BASE}${path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+")}$`),
  methods: OPERATION_NAMES.map((name) => OPERATIONS[name])
    .filter((row) => row.path === path)
    .map(({ method }) => method),
}));

function sendUnknown({ url }: FastifyRequest, reply: FastifyReply, hasPages: boolean): FastifyReply {
  const [path = ""] = url.split("?");
  const methods = PATTERNS.find(({ pattern }) => pattern.test(path))?.methods;
  if (methods !== undefined) {
    void reply.header("allow", methods.join(", "));
    return sendProblem(reply, { kind: "wrongMethod", detail: `this is asked by ${methods.join(" or ")}` });
  }
  const detail = path === "/" && !hasPages ? "the pages have not been built: npm run web" : "there is nothing here";
  return sendProblem(reply, { kind: "unknown", detail });
}
