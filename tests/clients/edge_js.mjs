// apigee-edge-js: "connect" first, then a method of the organisation ("get") or of one of its
// resources ("developers.create").

import { answering, load } from "./answering.mjs";

const { apigee } = load("apigee-edge-js");
let organization;

await answering(async (call, options) => {
  if (call === "connect") {
    organization = await apigee.connect(options).catch((error) => {
      // What came of it hangs on the error, and cannot be written as JSON.
      throw new Error(error.message);
    });
    return null;
  }
  const [resource, method] = call.split(".");
  return method ? organization[resource][method](options) : organization[resource]();
});
