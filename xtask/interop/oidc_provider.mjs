// oidc-provider as an authorization server. Reads one line, writes one line, and ends when its input does.
// See xtask/src/interop/oauth/oidc_provider.rs.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { errors } from "oidc-provider";

/** A client without a user, known by its key. */
function registered({ client_id, jwk }, dpop) {
  return {
    client_id,
    jwks: { keys: [jwk] },
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: jwk.alg,
    // The default is RS256, for which this server has no key.
    id_token_signed_response_alg: "ES256",
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    dpop_bound_access_tokens: dpop,
  };
}

async function start({ clients, resources, scope, dpop, nonce }) {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...await exportJWK(privateKey), kid: "as-1", alg: "ES256", use: "sig" };
  // The issuer has the port in its name, so the socket comes first.
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(origin, {
    clients: clients.map((client) => registered(client, dpop)),
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    scopes: scope.split(" "),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => nonce },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(ctx, asked) {
          if (!resources.includes(asked)) throw new errors.InvalidTarget();
          const jwt = { sign: { alg: "ES256" } };
          return { scope, audience: asked, accessTokenTTL: 300, accessTokenFormat: "jwt", jwt };
        },
      },
    },
  });
  server.on("request", provider.callback());
  const manifest = new URL("node_modules/oidc-provider/package.json", import.meta.url);
  return { origin, version: JSON.parse(readFileSync(manifest, "utf8")).version };
}

const lines = createInterface({ input: process.stdin });
lines.once("line", async (line) => console.log(JSON.stringify(await start(JSON.parse(line)))));
lines.once("close", () => process.exit());
