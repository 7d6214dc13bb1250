// The description of the HTTP interface for programs (OpenAPI 3.1), made from the same two tables as the routes: it cannot say
// anything else than what is served. GET /api/v1/openapi.json answers with it; docs/openapi.json is a copy to read.

import type { TSchema } from "@sinclair/typebox";
import { versionOf } from "../device/version.ts";
import { OPERATION_NAMES, OPERATIONS, type OperationName, type OperationRow, ROLES } from "../monitor/operations.ts";
import { PROBLEMS } from "../monitor/problem.ts";
import { SCHEMAS } from "../monitor/schemas.ts";
import { type Part, partsOf } from "./input-parts.ts";
import { PROBLEM_TYPE } from "./problems.ts";

export const BASE = "/api/v1";
export const CSRF_HEADER = "x-csrf-token";
export const DEFAULT_PORT = 8080;
/** Cookies do not know ports: servers of several packs on one machine need names of their own. */
export const cookieName = (port: number): string => `bms_session_${port}`;

type Json = { readonly [name: string]: unknown };

const PROBLEM: Json = {
  type: "object",
  description: "RFC 9457, problem details",
  properties: {
    type: { type: "string", enum: Object.keys(PROBLEMS).map((kind) => `/problems/${kind}`) },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "one sentence for a person" },
    violations: {
      type: "array",
      description: "what is wrong with each setting",
      items: {
        type: "object",
        properties: { setting: { type: "string" }, kind: { type: "string" }, reason: { type: "string" } },
      },
    },
    retryAfter_s: { type: "number", description: "when to try again" },
  },
  required: ["type", "title", "status", "detail"],
};

export const openApi = (): Json => ({
  openapi: "3.1.0",
  info: {
    title: "bms-mini",
    version: versionOf(),
    description:
      "What a monitor is shown and may ask of the battery management system. Generated from the tables: never edit it. " +
      `Roles from the least to the most: ${ROLES.join(", ")}. Changes by a session's cookie need its word in the header ${CSRF_HEADER}. ` +
      `A token ends: what makes or changes accounts, passwords and tokens needs a person's session, and answers a token with 403.`,
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  servers: [{ url: BASE }],
  paths: paths(),
  components: {
    schemas: { Problem: PROBLEM },
    responses: { Problem: answer("Why it was not done", { $ref: "#/components/schemas/Problem" }, PROBLEM_TYPE) },
    securitySchemes: {
      token: {
        type: "http",
        scheme: "bearer",
        description: "an API token: bms_<id>_<secret>; not for accounts, passwords and tokens themselves",
      },
      session: {
        type: "apiKey",
        in: "cookie",
        name: cookieName(DEFAULT_PORT),
        description: "set by logIn; the name ends in the server's port",
      },
      csrf: {
        type: "apiKey",
        in: "header",
        name: CSRF_HEADER,
        description: "the session's word, from session or logIn",
      },
    },
  },
});

/** As the file in docs. */
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 1)}\n`;

function paths(): Json {
  const all: Record<string, Record<string, Json>> = {};
  for (const name of OPERATION_NAMES) {
    const { method, path } = OPERATIONS[name];
    const key = path.replace(/:(\w+)/g, "{$1}");
    all[key] = { ...all[key], [method.toLowerCase()]: operation(name) };
  }
  return { ...all, ...BESIDE_THE_TABLE };
}

const answer = (description: string, schema: unknown, type = "application/json"): Json => ({
  description,
  content: { [type]: { schema } },
});

/** What is no operation with an answer in JSON: the stream and files. docs/monitor.md says what is in them. */
const BESIDE_THE_TABLE: Json = {
  "/stream": {
    get: {
      operationId: "stream",
      summary: "WebSocket: the signals that change, up to 20 times a second, and in words what happens.",
      tags: ["device"],
      "x-role": "viewer",
      security: [{ token: [] }, { session: [] }],
      parameters: [
        {
          ...{ name: "format", in: "query", required: false, schema: { type: "string", enum: ["json"] } },
          description: "signals by name, instead of binary frames",
        },
      ],
      responses: { 101: { description: "The stream begins" }, default: { $ref: "#/components/responses/Problem" } },
    },
  },
  "/logs/{name}": {
    get: {
      operationId: "logFile",
      summary: "A log file of the list, whole or in ranges.",
      tags: ["data"],
      "x-role": "viewer",
      security: [{ token: [] }, { session: [] }],
      parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        200: answer("The file", { type: "string", format: "binary" }, "application/octet-stream"),
        206: answer("A range of it", { type: "string", format: "binary" }, "application/octet-stream"),
        default: { $ref: "#/components/responses/Problem" },
      },
    },
  },
};

function operation(name: OperationName): Json {
  const row: OperationRow = OPERATIONS[name];
  const { params, query, body } = partsOf(name);
  const parameters = [...parameterList(params, "path"), ...parameterList(query, "query")];
  const hasBody = Object.keys(body.properties).length > 0;
  return {
    operationId: name,
    summary: row.help,
    tags: [row.by],
    "x-role": row.role,
    ...(row.simulated === true ? { "x-simulated": true } : {}),
    security: securityOf(row),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(hasBody
      ? {
          requestBody: { required: body.required.length > 0, content: { "application/json": { schema: plain(body) } } },
        }
      : {}),
    responses: {
      200: answer("Done", plain(SCHEMAS[name].answer)),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function securityOf({ role, method, personOnly }: OperationRow): readonly Json[] {
  if (role === "anyone") return [];
  return [...(personOnly === true ? [] : [{ token: [] }]), { session: [], ...(method === "GET" ? {} : { csrf: [] }) }];
}

const parameterList = ({ properties, required }: Part, place: "path" | "query"): readonly Json[] =>
  Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: place, required: place === "path" || required.includes(name) },
    schema: plain(schema),
  }));

/** Without what TypeBox keeps in it for itself. */
const plain = (schema: TSchema | Part): unknown => JSON.parse(JSON.stringify(schema));
