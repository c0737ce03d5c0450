// The test control API: change people, end their sessions, change the signing key.

const read = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  return text ? JSON.parse(text) : {};
};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Tell every client of every session; a person without a session is announced by sub alone. */
const announce = async (provider, store, clientId, sub) => {
  const open = store.sessionsOf(sub).flatMap(({ clients }) => clients);
  store.forget(sub);
  const told = open.length > 0 ? open : [[clientId, undefined]];
  return Promise.all(
    told.map(async ([id, sid]) => {
      const client = await provider.Client.find(id);
      try {
        await client.backchannelLogout(sub, sid);
        return { client: id, delivered: true };
      } catch (error) {
        return { client: id, delivered: false, problem: error.message };
      }
    }),
  );
};

/** `idp` gives `provider`, `people`, `store`, `keys`, `clientId`, and `restart()` for new keys. */
export const control = (idp) => {
  const routes = [
    ["GET", /^\/healthz$/, async () => ({ status: "ok" })],
    [
      "PUT",
      /^\/users\/([\w.@+-]+)$/,
      async ({ name, request }) => {
        const change = await read(request);
        if (!isObject(change)) throw new SyntaxError("a JSON object is expected");
        return idp.people.merge(name, change);
      },
    ],
    [
      "POST",
      /^\/kill\/([\w.@+-]+)$/,
      async ({ name }) => ({ sub: name, logout_tokens: await announce(idp.provider, idp.store, idp.clientId, name) }),
    ],
    [
      "POST",
      /^\/rotate$/,
      async ({ query }) => {
        idp.keys.rotate({ keepOld: query.get("keep") === "old" });
        idp.restart();
        return { kids: idp.keys.kids };
      },
    ],
  ];

  return async (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, "http://localhost");
    const path = decodeURIComponent(pathname);
    const answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(`${JSON.stringify(body)}\n`);
    };
    const route = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
    if (!route) return answer(404, { error: "no such control" });
    try {
      const [, name] = route[1].exec(path);
      return answer(200, await route[2]({ name, request, query }));
    } catch (error) {
      return answer(error instanceof SyntaxError ? 400 : 500, { error: error.message });
    }
  };
};
