// Signing keys and cookie keys. With a file they survive a restart, so that an
// id_token of yesterday is still a valid hint for signing out today.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const signingKey = () => ({
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid: randomBytes(8).toString("hex"),
  alg: "RS256",
  use: "sig",
});

export class Keys {
  #file;
  #kept;

  constructor(file) {
    this.#file = file;
    this.#kept =
      file && existsSync(file)
        ? JSON.parse(readFileSync(file, "utf8"))
        : { cookies: [randomBytes(32).toString("hex")], signing: [signingKey()] };
    this.#save();
  }

  get cookies() {
    return this.#kept.cookies;
  }

  /** A fresh copy: the provider completes the keys it is given in place. */
  get jwks() {
    return { keys: structuredClone(this.#kept.signing) };
  }

  get kids() {
    return this.#kept.signing.map(({ kid }) => kid);
  }

  /** A new key signs from now on; the old ones stay published only when asked. */
  rotate({ keepOld }) {
    this.#kept.signing = [signingKey(), ...(keepOld ? this.#kept.signing : [])];
    this.#save();
  }

  #save() {
    if (this.#file) writeFileSync(this.#file, JSON.stringify(this.#kept), { mode: 0o600 });
  }
}
