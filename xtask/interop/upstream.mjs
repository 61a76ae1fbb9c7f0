// What stands around a gateway: a file of keys at /jwks.json, and an API everywhere else, which answers with the
// header fields that reached it. Reads one line, writes one line, and ends when its input does.
// See xtask/src/interop/oauth/gateway.rs.

import { createServer } from "node:http";
import { createInterface } from "node:readline";

async function start({ jwks }) {
  const server = createServer((request, response) => {
    const answer = request.url === "/jwks.json" ? jwks : { api: true, headers: request.headers };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port };
}

const lines = createInterface({ input: process.stdin });
lines.once("line", async (line) => console.log(JSON.stringify(await start(JSON.parse(line)))));
lines.once("close", () => process.exit());
