// Loaded before a client: notes every connection and refuses those that leave this machine.

import { appendFileSync } from "node:fs";
import net from "node:net";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function guarded(...given) {
  const first = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = first?.host ?? first?.path ?? String(first);
  appendFileSync(process.env.CONNECTIONS, `${host}:${first?.port}\n`);
  if (!LOOPBACK.includes(host)) throw new Error(`a connection to ${host}`);
  return connect.apply(this, given);
};
