// jose as a judge of many tokens: the keys in the first line, then a token a line, a verdict a line.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as jose from "jose";

let setup;
let secret;
let point;
let out = [];

function answer(value) {
  out.push(JSON.stringify(value));
  if (out.length === 500) flush();
}

function flush() {
  if (out.length > 0) process.stdout.write(out.join("\n") + "\n");
  out = [];
}

for await (const line of createInterface({ input: process.stdin })) {
  if (setup === undefined) {
    setup = JSON.parse(line);
    secret = Buffer.from(setup.secret, "base64url");
    point = await jose.importJWK(setup.jwk, "ES256");
    const url = new URL("node_modules/jose/package.json", import.meta.url);
    answer({ version: JSON.parse(readFileSync(url, "utf8")).version });
    continue;
  }
  const [alg, now, token] = JSON.parse(line);
  try {
    const { payload } = await jose.jwtVerify(token, alg === "ES256" ? point : secret, {
      algorithms: [alg],
      audience: setup.aud,
      issuer: setup.iss,
      requiredClaims: ["exp"],
      currentDate: new Date(now * 1000),
    });
    // As text: what jose lets pass (half a surrogate pair) is not always JSON again.
    answer({ ok: true, claims: JSON.stringify(payload) });
  } catch (error) {
    const meant = error instanceof jose.errors.JOSEError ? "" : "raised ";
    answer({ ok: false, error: `${meant}${error.name}: ${error.message}` });
  }
}
flush();
