// One route for each row of the table of operations: who may, what fits, who answers, and what of it goes out.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Who } from "../monitor/desk-host.ts";
import { OPERATION_NAMES, OPERATIONS, type OperationName, type OperationRow } from "../monitor/operations.ts";
import type { Problem, Reply } from "../monitor/problem.ts";
import { SCHEMAS } from "../monitor/schemas.ts";
import { askAccounts } from "./accounts/accounts.ts";
import { note } from "./accounts/audit.ts";
import { LONGEST_ms } from "./accounts/sessions.ts";
import type { Visitor } from "./accounts/visitor.ts";
import type { DataDesk, DeviceLink } from "./answerers.ts";
import { admit, type Door } from "./door.ts";
import { fromTexts, partsOf } from "./input-parts.ts";
import { keepFields } from "./kept-fields.ts";
import { BASE, openApi } from "./openapi.ts";
import { sendJson } from "./packed-answers.ts";
import { sendProblem } from "./problems.ts";
import { rollBack } from "./rollback.ts";
import { TABLES } from "./tables.ts";

export type Answerers = { readonly device: DeviceLink; readonly data: DataDesk; readonly door: Door };

declare module "fastify" {
  interface FastifyRequest {
    /** Who sends it; set before the handler of an operation. */
    visitor: Visitor | undefined;
  }
}

export function addRoutes(app: FastifyInstance, answerers: Answerers): void {
  app.decorateRequest("visitor", undefined);
  for (const name of OPERATION_NAMES) addRoute(app, answerers, name);
}

function addRoute(app: FastifyInstance, answerers: Answerers, name: OperationName): void {
  const row: OperationRow = OPERATIONS[name];
  const { params, query, body } = partsOf(name);
  const isRead = row.method === "GET";
  const keep = keepFields(SCHEMAS[name].answer);
  app.route({
    method: row.method,
    url: BASE + row.path,
    schema: { params, querystring: query, ...(isRead ? {} : { body }) },
    onRequest: async (request, reply) => {
      request.visitor = await admit(answerers.door, name, row, request, reply);
    },
    preValidation: async (request) => {
      request.params = fromTexts(params, request.params as Record<string, unknown>);
      request.query = fromTexts(query, request.query as Record<string, unknown>);
      if (!isRead) request.body ??= {};
    },
    handler: async (request, reply) => {
      const parts = [request.params, isRead ? request.query : request.body] as object[];
      const { reply: came, cookie } = await ask(
        answerers,
        name,
        Object.assign({}, ...parts),
        request.visitor as Visitor,
        goneSignal(reply),
      );
      if (cookie !== undefined) setCookie(answerers.door, request, reply, cookie);
      if (!came.ok) return sendProblem(reply, came.problem);
      return sendJson(request, reply, keep === undefined ? came.answer : keep(came.answer));
    },
  });
}

/** Aborted when the asker has gone before the answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

type Came = { readonly reply: Reply<unknown>; readonly cookie?: string };
type AskAny = (name: OperationName, input: object, who: Who, gone: AbortSignal) => Promise<Reply<unknown>>;

async function ask(
  answerers: Answerers,
  name: OperationName,
  input: object,
  visitor: Visitor,
  gone: AbortSignal,
): Promise<Came> {
  const { accounts } = answerers.door;
  const { by } = OPERATIONS[name];
  if (name === "table")
    return { reply: { ok: true, answer: { rows: TABLES[(input as { table: "signals" }).table]() } } };
  if (name === "openapi") return { reply: { ok: true, answer: openApi() } };
  if (name === "rollback")
    return changed(answerers, name, input, visitor, await rollBack(answerers, input as never, visitor));
  if (by === "server") return askAccounts(accounts, name as "session", input, visitor);
  // A job is the account's or the token's: a phone that comes from another network finds it again.
  const who = { actor: by === "data" ? visitor.name : visitor.actor, role: visitor.role };
  const reply = await (answerers[by].ask as unknown as AskAny)(name, input, who as Who, gone);
  return isChange(OPERATIONS[name]) ? changed(answerers, name, input, visitor, reply) : { reply };
}

/** What viewers may ask for changes nothing, also where it is no GET. */
const isChange = ({ method, role }: OperationRow): boolean => method !== "GET" && role !== "viewer";

/** The device tells its own journal of what it did; the audit here says it too. */
function changed({ door }: Answerers, what: string, input: object, { name, address }: Visitor, reply: Reply<unknown>) {
  const outcome = reply.ok ? "done" : reply.problem.kind === "refused" ? "refused" : "failed";
  const text = reply.ok ? wordsOf(input) : refusalWords(input, reply.problem);
  note(door.accounts.audit, { actor: name, address, what, outcome, text }, "device");
  return { reply };
}

/** What was asked and why it was not done, of settings each with its reason: another try at others is another refusal. */
function refusalWords(input: { readonly changes?: object }, { detail, violations = [] }: Problem): string {
  const reasons = violations.map(({ setting, reason }) => `${setting} ${reason}`);
  return `${wordsOf(input)}: ${[detail, ...reasons].join("; ")}`;
}

/** Of settings the names alone: some are secrets, and the history of the settings has the values of the others. */
const wordsOf = ({ changes, ...input }: { readonly changes?: object }): string =>
  changes === undefined ? JSON.stringify(input) : Object.keys(changes).join(", ") || "no settings";

function setCookie({ cookie: name }: Door, { protocol }: FastifyRequest, reply: FastifyReply, key: string): void {
  const options = { path: "/", httpOnly: true, sameSite: "strict", secure: protocol === "https" } as const;
  if (key === "") void reply.clearCookie(name, options);
  else void reply.setCookie(name, key, { ...options, maxAge: LONGEST_ms / 1000 });
}
