// A program driven from outside: each line read is a JSON object {call, options}, each line written
// its outcome, {result} or {error, result}.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

export const load = createRequire(`${process.env.CLIENTS}/`);

export async function answering(perform) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, options } = JSON.parse(line);
    const answer = await perform(call, options).then(
      (result) => ({ result }),
      (error) => ({ error: String(error.message ?? error), result: error.result }),
    );
    console.log(JSON.stringify(answer));
  }
}
