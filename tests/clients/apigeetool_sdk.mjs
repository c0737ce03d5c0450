// What apigeetool offers to programs: all its commands, and some that its command line lacks.

import { answering, load } from "./answering.mjs";

const commands = load("apigeetool").getPromiseSDK();

await answering((call, options) => commands[call](options));
