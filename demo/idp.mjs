// The company's sign-in for the demo and the tests: the certified oidc-provider with
// sample people. Listens on loopback only; prints one line that starts with "ready".
//
//   node demo/idp.mjs --port 8002 --control-port 8003 --portal http://localhost:8000
//     [--provider-name demo] [--client-id portal] [--state FILE] [--with-parent]
//
// The client's secret comes from the environment: DEMO_CLIENT_SECRET. With DEMO_CLIENT_JWKS, the
// client's public keys, it must sign (private_key_jwt). Port 0 takes a free one.
// With --with-parent it ends when its standard input does, so that nobody is left behind.

import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

import Provider from "oidc-provider";

import { acrValues, configuration } from "./idp/configuration.mjs";
import { control } from "./idp/control.mjs";
import { Keys } from "./idp/keys.mjs";
import * as pages from "./idp/pages.mjs";
import { People } from "./idp/people.mjs";
import { withoutQuestion } from "./idp/sign_out.mjs";
import { Store } from "./idp/store.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "8002" },
    "control-port": { type: "string", default: "8003" },
    portal: { type: "string", default: "http://localhost:8000" },
    "provider-name": { type: "string", default: "demo" },
    "client-id": { type: "string", default: "portal" },
    state: { type: "string" },
    "with-parent": { type: "boolean", default: false },
  },
});
const clientSecret = process.env.DEMO_CLIENT_SECRET;
if (!clientSecret) {
  console.error("DEMO_CLIENT_SECRET is missing: the secret that the portal shows to the provider.");
  process.exit(2);
}

const listen = async (port) => {
  const server = createServer();
  server.listen(Number(port), "127.0.0.1");
  await once(server, "listening");
  return server;
};

const problems = {
  wrong: "The login or the password is wrong.",
  disabled: "This account is disabled. Ask your administrator.",
};

const show = (response, status, body) => {
  response.writeHead(status, pages.headers);
  response.end(body);
};

const formOf = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString("utf8"));
};

/** The acr that was asked for, by parameter or as a claim, else the plain one. */
const chosenAcr = ({ acr_values: wanted = "", claims = "{}" }) => {
  const { values = [], value } = JSON.parse(claims).id_token?.acr ?? {};
  return [...wanted.split(" "), ...values, value].find((acr) => acrValues.includes(acr)) ?? acrValues[0];
};

class Idp {
  people = new People();
  store = new Store();

  constructor({ issuer, port, keys, client }) {
    Object.assign(this, { issuer, port, keys, client, clientId: client.clientId });
    this.restart();
  }

  /** A provider object has its keys for life; new keys mean a new object on the same store. */
  restart() {
    this.provider = new Provider(this.issuer, configuration(this));
    this.provider.use(withoutQuestion(this.port));
    this.provider.on("server_error", (_ctx, error) => console.error(error));
    this.handle = this.provider.callback();
  }

  /** The sign-in form, shown and answered. */
  async interact(request, response) {
    const { uid, prompt, params, session } = await this.provider.interactionDetails(request, response);
    if (prompt.name === "consent") {
      return this.provider.interactionFinished(request, response, { consent: {} });
    }
    const form = { action: `/interaction/${uid}`, again: Boolean(session) };
    if (request.method !== "POST") {
      return show(response, 200, pages.signIn({ ...form, login: params.login_hint ?? session?.accountId }));
    }
    const given = await formOf(request);
    const login = (given.get("login") ?? "").trim();
    const outcome = this.people.check(login, given.get("password") ?? "");
    if (outcome !== "ok") {
      return show(response, 401, pages.signIn({ ...form, login, problem: problems[outcome] }));
    }
    const result = { login: { accountId: login, acr: chosenAcr(params), amr: ["pwd"] } };
    return this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
}

const server = await listen(options.port);
const controlServer = await listen(options["control-port"]);
const { port } = server.address();
const issuer = `http://localhost:${port}`;
const portal = options.portal.replace(/\/$/, "");
const idp = new Idp({
  issuer,
  port,
  keys: new Keys(options.state),
  client: {
    portal,
    providerName: options["provider-name"],
    clientId: options["client-id"],
    clientSecret,
    clientKeys: process.env.DEMO_CLIENT_JWKS && JSON.parse(process.env.DEMO_CLIENT_JWKS),
  },
});

server.on("request", async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === "/style.css") {
    response.writeHead(200, { "content-type": "text/css; charset=utf-8" });
    return response.end(pages.style);
  }
  if (pathname === "/healthz") return response.end("ok\n");
  if (!pathname.startsWith("/interaction/")) return idp.handle(request, response);
  try {
    return await idp.interact(request, response);
  } catch (error) {
    return show(response, 400, pages.failed({ error: error.message, error_description: error.error_description }));
  }
});
controlServer.on("request", control(idp));

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
if (options["with-parent"]) process.stdin.on("end", () => process.exit(0)).resume();
console.log(`ready ${issuer} http://localhost:${controlServer.address().port}`);
