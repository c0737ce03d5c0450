// The people who can sign in, and what the provider says about them.

const person = (login, given_name, family_name, more = {}) => ({
  password: "demo",
  disabled: false,
  claims: {
    email: `${login}@example.com`,
    email_verified: true,
    given_name,
    family_name,
    name: `${given_name} ${family_name}`,
    preferred_username: login,
    groups: [],
    ...more,
  },
});

export class People {
  #bySub = new Map([
    ["dana", person("dana", "Dana", "Novak")],
    ["ravi", person("ravi", "Ravi", "Iyer")],
    ["ada", person("ada", "Ada", "Lindqvist", { groups: ["portal-admins"] })],
    ["sam", person("sam", "Sam", "Okoro", { groups: ["portal-support"] })],
    ["ines", person("ines", "Ines", "Duarte")],
    ["eve", person("eve", "Eve", "Marlow", { email: "dana@example.com", email_verified: false })],
  ]);

  /** The person as oidc-provider wants it, or undefined when unknown or disabled. */
  account(sub) {
    const found = this.#bySub.get(sub);
    if (!found || found.disabled) return undefined;
    return { accountId: sub, claims: () => ({ sub, ...found.claims }) };
  }

  /** `ok`, `disabled` or `wrong`. */
  check(login, password) {
    const found = this.#bySub.get(login);
    if (!found || found.password !== password) return "wrong";
    return found.disabled ? "disabled" : "ok";
  }

  /** JSON merge (RFC 7396): null removes a claim, an unknown person is added. */
  merge(sub, { password, disabled, ...claims }) {
    const found = this.#bySub.get(sub) ?? person(sub, sub, "Sample");
    if (password !== undefined) found.password = String(password);
    if (disabled !== undefined) found.disabled = disabled === true;
    for (const [name, value] of Object.entries(claims)) {
      if (value === null) delete found.claims[name];
      else found.claims[name] = value;
    }
    this.#bySub.set(sub, found);
    return { sub, disabled: found.disabled, ...found.claims };
  }
}
