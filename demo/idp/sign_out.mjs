// Signing out without a question. The library answers a sign-out with a page whose
// form a script must submit; here the server submits it to itself instead, so that it
// also works without JavaScript. Only when there is nothing to ask: the request brought
// an id_token of this very person, or nobody is signed in, or somebody else just did.

import { request } from "node:http";

const withoutAttributes = (cookie) => cookie.split(";", 1)[0];

const post = ({ port, host, path, cookie, body }) =>
  new Promise((resolve, reject) => {
    const headers = {
      host,
      cookie,
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(body),
    };
    const call = request({ host: "127.0.0.1", port, path, method: "POST", headers }, (answer) => {
      answer.resume();
      resolve(answer);
    });
    call.on("error", reject);
    call.end(body);
  });

const needsNoQuestion = ({ route, session, entities }) => {
  if (route === "resume") return true;
  if (route !== "end_session" && route !== "end_session_post") return false;
  return !session.accountId || entities.IdTokenHint?.payload.sub === session.accountId;
};

const ownSession = (ctx, fresh) => {
  const jar = new Map();
  const all = [...(ctx.get("cookie") || "").split(/; */), ...fresh.map(withoutAttributes)];
  for (const pair of all) {
    const [name, ...value] = pair.split("=");
    jar.set(name, value.join("="));
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
};

/** Middleware for the provider that listens on `port`. */
export const withoutQuestion = (port) => async (ctx, next) => {
  await next();
  const secret = ctx.oidc?.session?.state?.secret;
  if (ctx.status !== 200 || !secret || !needsNoQuestion(ctx.oidc)) return;
  const fresh = [ctx.response.get("set-cookie") ?? []].flat();
  const answer = await post({
    port,
    host: ctx.host,
    path: new URL(ctx.oidc.urlFor("end_session_confirm")).pathname,
    cookie: ownSession(ctx, fresh),
    body: new URLSearchParams({ xsrf: secret, logout: "yes" }).toString(),
  });
  ctx.status = answer.statusCode;
  ctx.set("location", answer.headers.location ?? "/");
  ctx.set("set-cookie", [...fresh, ...(answer.headers["set-cookie"] ?? [])]);
  ctx.body = "";
};
