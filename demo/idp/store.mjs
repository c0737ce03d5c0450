// Everything the provider remembers, in memory: sessions, grants, codes, tokens.
// It outlives the provider object, so that a change of signing keys loses no session.

export class Store {
  #rows = new Map();

  /** The adapter factory that oidc-provider asks for, one adapter for each model. */
  adapter = (model) => ({
    upsert: async (id, payload, expiresIn) => {
      const until = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000;
      this.#rows.set(`${model}:${id}`, { model, id, payload, until });
    },
    find: async (id) => this.#live(`${model}:${id}`)?.payload,
    findByUid: async (uid) => this.#first(model, (payload) => payload.uid === uid),
    findByUserCode: async (code) => this.#first(model, (payload) => payload.userCode === code),
    consume: async (id) => {
      const row = this.#live(`${model}:${id}`);
      if (row) row.payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void this.#rows.delete(`${model}:${id}`),
    // Of this model only: an interaction names a grant too and outlives it.
    revokeByGrantId: async (grantId) =>
      this.#drop((row) => row.model === model && row.payload.grantId === grantId),
  });

  /** A person's sessions: a list of `{clients: {clientId: sid}}`. */
  sessionsOf(sub) {
    return this.#all("Session")
      .filter(({ payload }) => payload.accountId === sub)
      .map(({ payload }) => ({
        clients: Object.entries(payload.authorizations ?? {}).map(([id, { sid }]) => [id, sid]),
      }));
  }

  /** Forget a person's sessions, grants and tokens. */
  forget(sub) {
    this.#drop(({ payload }) => payload.accountId === sub);
  }

  #all(model) {
    return [...this.#rows.keys()]
      .map((key) => this.#live(key))
      .filter((row) => row !== undefined && row.model === model);
  }

  #first(model, matches) {
    return this.#all(model).find(({ payload }) => matches(payload))?.payload;
  }

  #live(key) {
    const row = this.#rows.get(key);
    if (row && row.until <= Date.now()) {
      this.#rows.delete(key);
      return undefined;
    }
    return row;
  }

  #drop(matches) {
    for (const [key, row] of this.#rows) if (matches(row)) this.#rows.delete(key);
  }
}
