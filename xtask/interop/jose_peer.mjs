// jose as a peer: one JSON object a line in, one a line out. See xtask/src/interop/peer.rs.

import { createHmac, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as jose from "jose";

/** A key from the text of its file: a JWK or PEM. jose reads PKCS#8 and SPKI, Node the rest. */
async function load(text, alg) {
  if (text.startsWith("{")) return jose.importJWK(JSON.parse(text), alg);
  if (text.startsWith("-----BEGIN PUBLIC KEY-----")) return jose.importSPKI(text, alg);
  if (text.startsWith("-----BEGIN PRIVATE KEY-----")) return jose.importPKCS8(text, alg);
  return createPrivateKey(text);
}

const names = ["HS256", "HS384", "HS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519",
  "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/** No algorithm: false. Anything else that goes wrong is a failure. */
function isLacking(error) {
  if (error instanceof jose.errors.JOSENotSupported) return false;
  throw error;
}

const operations = {
  async version() {
    const url = new URL("node_modules/jose/package.json", import.meta.url);
    const algorithms = [];
    for (const alg of names) {
      // It says no list, so it is asked for a key of each.
      const made = alg.startsWith("HS") ? jose.generateSecret(alg) : jose.generateKeyPair(alg);
      if (await made.then(() => true, (error) => isLacking(error))) algorithms.push(alg);
    }
    return { version: JSON.parse(readFileSync(url, "utf8")).version, algorithms };
  },

  async keygen({ alg, format }) {
    const key = await (alg.startsWith("HS")
      ? jose.generateSecret(alg, { extractable: true })
      : jose.generateKeyPair(alg, { extractable: true }));
    const { privateKey = key, publicKey = key } = key;
    if (format === "pem") {
      return {
        private: await jose.exportPKCS8(privateKey),
        public: await jose.exportSPKI(publicKey),
      };
    }
    return {
      private: JSON.stringify(await jose.exportJWK(privateKey)),
      public: JSON.stringify(await jose.exportJWK(publicKey)),
    };
  },

  async mint({ key, alg, header, claims }) {
    const signer = new jose.SignJWT(claims).setProtectedHeader({ ...header, alg });
    return { token: await signer.sign(await load(key, alg)) };
  },

  async verify({ key, alg, allowed, token, aud, iss, typ, now }) {
    const loaded = await load(key, alg);
    try {
      const { protectedHeader, payload } = await jose.jwtVerify(token, loaded, {
        algorithms: allowed,
        audience: aud ?? undefined,
        issuer: iss ?? undefined,
        typ: typ ?? undefined,
        currentDate: new Date(now * 1000),
      });
      // As text: what jose lets pass (half a surrogate pair) is not always JSON again.
      const [header, claims] = [protectedHeader, payload].map((part) => JSON.stringify(part));
      return { ok: true, header, claims };
    } catch (error) {
      return { ok: false, error: `${error.name}: ${error.message}` };
    }
  },

  /** A MAC over anything, which no library would sign. */
  forge({ input, secret }) {
    const mac = createHmac("sha256", Buffer.from(secret, "base64url")).update(input);
    return { token: `${input}.${mac.digest("base64url")}` };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = await operations[asked.op](asked);
  } catch (error) {
    // A failure of this script or of jose, not a verdict.
    answer = { error: `${error.name}: ${error.message}` };
  }
  console.log(JSON.stringify(answer));
}
