// openid-client as a client of our authorization server, and a browser by hand. Reads one line, writes one line a case
// and one with its version, and ends. See xtask/src/interop/oauth/openid_client.rs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as jose from "jose";
import * as oidc from "openid-client";

const line = await new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve));
const { issuer, resource, other, scope, redirects, user, password, keys } = JSON.parse(line);
setTimeout(() => process.exit(1), 120_000).unref();

/** A client by its metadata; one without a key is public. */
async function configured(client_id, key) {
  const auth = key ? oidc.PrivateKeyJwt(await imported(key)) : oidc.None();
  const options = { algorithm: "oauth2", execute: [oidc.allowInsecureRequests] };
  return oidc.discovery(new URL(issuer), client_id, {}, auth, options);
}

async function imported(jwk) {
  return { key: await jose.importJWK(jwk), kid: jwk.kid };
}

/** What an access token says, by the keys that the server publishes. */
async function read(config, token) {
  const published = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  const expected = { issuer, audience: resource, typ: "at+jwt", algorithms: ["ES256"] };
  return (await jose.jwtVerify(token, published, expected)).payload;
}

/** That a request is refused, and how. Of an answer with a challenge, openid-client leaves the body to its caller. */
async function refused(request, status, error) {
  const thrown = await request.then(() => null, (thrown) => thrown);
  assert.ok(thrown, "accepted");
  const found = thrown.error ?? (await thrown.response?.json())?.error ?? thrown.message;
  assert.deepEqual([thrown.status, found], [status, error]);
}

const asked = { scope, resource };

async function withKey(client_id, key) {
  const config = await configured(client_id, key);
  const answer = await oidc.clientCredentialsGrant(config, asked);
  assert.equal(answer.token_type, "bearer");
  const claims = await read(config, answer.access_token);
  assert.deepEqual([claims.sub, claims.client_id, claims.scope], [client_id, client_id, scope]);
  assert.equal(claims.cnf, undefined);
}

/** A key for proofs, and its thumbprint. */
async function dpop(config) {
  const pair = await oidc.randomDPoPKeyPair("ES256", { extractable: true });
  const jkt = await jose.calculateJwkThumbprint(await jose.exportJWK(pair.publicKey));
  return { DPoP: oidc.getDPoPHandle(config, pair), jkt };
}

/** What a browser keeps and sends: the form of the page that a link leads to. */
async function form(url) {
  const page = await fetch(url, { redirect: "manual" });
  assert.equal(page.status, 200);
  const inputs = (await page.text()).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  const unescaped = (text) => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  const fields = [...inputs].map(([, name, value]) => [unescaped(name), unescaped(value)]);
  const cookie = page.headers.get("set-cookie").split(";")[0];
  return { action: new URL("/authorize", url), fields, cookie };
}

async function submit({ action, fields, cookie }, more) {
  const body = new URLSearchParams([...fields, ...Object.entries(more)]);
  return fetch(action, { method: "POST", redirect: "manual", headers: cookie ? { cookie } : {}, body });
}

const allowed = { username: user, password, decision: "allow" };

/** An authorization request, decided by the user: where the browser is sent then, and what has to be checked. */
async function authorized(config, redirect_uri, decision = allowed) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    ...asked,
    redirect_uri,
    state: expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const answer = await submit(await form(url), decision);
  assert.equal(answer.status, 303);
  return { back: new URL(answer.headers.get("location")), checks: { pkceCodeVerifier, expectedState } };
}

async function loggedIn(config, redirect_uri, options) {
  const { back, checks } = await authorized(config, redirect_uri);
  return oidc.authorizationCodeGrant(config, back, checks, { resource }, options);
}

const web = () => configured("web", keys.web);
const app = () => configured("app");

const cases = {
  async "metadata"() {
    const config = await configured("ES256", keys.ES256);
    assert.equal(config.serverMetadata().issuer, issuer);
    assert.ok(config.serverMetadata().supportsPKCE("S256"));
  },
  async "a key for ES256"() { await withKey("ES256", keys.ES256); },
  async "a key for ES384"() { await withKey("ES384", keys.ES384); },
  async "a key for PS256"() { await withKey("PS256", keys.PS256); },
  async "a key for Ed25519"() { await withKey("Ed25519", keys.Ed25519); },
  async "DPoP, with a nonce"() {
    const config = await configured("bound", keys.bound);
    const { DPoP, jkt } = await dpop(config);
    const answer = await oidc.clientCredentialsGrant(config, asked, { DPoP });
    assert.equal(answer.token_type, "dpop");
    assert.deepEqual((await read(config, answer.access_token)).cnf, { jkt });
  },
  async "no proof of a client that has to send one"() {
    const config = await configured("bound", keys.bound);
    await refused(oidc.clientCredentialsGrant(config, asked), 400, "invalid_request");
  },
  async "a stranger's key"() {
    const config = await configured("ES256", { ...keys.web, kid: keys.ES256.kid });
    await refused(oidc.clientCredentialsGrant(config, asked), 401, "invalid_client");
  },
  async "a client without its assertion"() {
    await refused(oidc.clientCredentialsGrant(await configured("ES256"), asked), 401, "invalid_client");
  },
  async "an assertion again"() {
    const config = await configured("ES256", keys.ES256);
    let sent;
    config[oidc.customFetch] = (url, options) => fetch(url, sent = options);
    await oidc.clientCredentialsGrant(config, asked);
    const answer = await fetch(config.serverMetadata().token_endpoint, sent);
    assert.deepEqual([answer.status, (await answer.json()).error], [401, "invalid_client"]);
  },
  async "an API that is none"() {
    const config = await configured("ES256", keys.ES256);
    const request = oidc.clientCredentialsGrant(config, { scope, resource: `${other}/none` });
    await refused(request, 400, "invalid_target");
  },
  async "more scope than is allowed"() {
    const config = await configured("ES256", keys.ES256);
    const request = oidc.clientCredentialsGrant(config, { scope: `${scope} root`, resource });
    await refused(request, 400, "invalid_scope");
  },
  async "a grant that the client has not"() {
    const request = oidc.clientCredentialsGrant(await web(), asked);
    await refused(request, 400, "unauthorized_client");
  },
  async "a code, with PKCE"() {
    const config = await web();
    const tokens = await loggedIn(config, redirects.web);
    const claims = await read(config, tokens.access_token);
    assert.deepEqual([claims.sub, claims.client_id, claims.scope], [user, "web", scope]);
    assert.ok(tokens.refresh_token);
  },
  async "a wrong password"() {
    const url = oidc.buildAuthorizationUrl(await web(), {
      ...asked,
      redirect_uri: redirects.web,
      code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      code_challenge_method: "S256",
    });
    const answer = await submit(await form(url), { ...allowed, password: "guessed" });
    assert.deepEqual([answer.status, answer.headers.get("location")], [403, null]);
  },
  async "a form without the cookie"() {
    const url = oidc.buildAuthorizationUrl(await web(), {
      ...asked,
      redirect_uri: redirects.web,
      code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      code_challenge_method: "S256",
    });
    const answer = await submit({ ...await form(url), cookie: undefined }, allowed);
    assert.deepEqual([answer.status, answer.headers.get("location")], [400, null]);
  },
  async "a request without PKCE"() {
    const url = oidc.buildAuthorizationUrl(await web(), { ...asked, redirect_uri: redirects.web });
    const back = (await fetch(url, { redirect: "manual" })).headers.get("location");
    assert.equal(new URL(back).searchParams.get("error"), "invalid_request");
  },
  async "a redirect URI of somebody else"() {
    const url = oidc.buildAuthorizationUrl(await web(), { ...asked, redirect_uri: other });
    const answer = await fetch(url, { redirect: "manual" });
    assert.deepEqual([answer.status, answer.headers.get("location")], [400, null]);
  },
  async "a user who does not allow it"() {
    const config = await web();
    const { back, checks } = await authorized(config, redirects.web, { decision: "deny" });
    await assert.rejects(oidc.authorizationCodeGrant(config, back, checks), { error: "access_denied" });
  },
  async "another verifier"() {
    const config = await web();
    const { back, checks } = await authorized(config, redirects.web);
    checks.pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    await refused(oidc.authorizationCodeGrant(config, back, checks), 400, "invalid_grant");
  },
  async "a code of another client"() {
    const { back, checks } = await authorized(await web(), redirects.web);
    await refused(oidc.authorizationCodeGrant(await app(), back, checks), 400, "invalid_grant");
  },
  async "a code again, which ends its refresh tokens"() {
    const config = await web();
    const { back, checks } = await authorized(config, redirects.web);
    const tokens = await oidc.authorizationCodeGrant(config, back, checks);
    await refused(oidc.authorizationCodeGrant(config, back, checks), 400, "invalid_grant");
    await refused(oidc.refreshTokenGrant(config, tokens.refresh_token), 400, "invalid_grant");
  },
  async "refresh tokens that are replaced"() {
    const config = await web();
    const first = await loggedIn(config, redirects.web);
    const second = await oidc.refreshTokenGrant(config, first.refresh_token, { resource });
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.notEqual(second.access_token, first.access_token);
    assert.equal((await read(config, second.access_token)).sub, user);
    await oidc.refreshTokenGrant(config, second.refresh_token);
  },
  async "an old refresh token, which ends the new ones"() {
    const config = await web();
    const first = await loggedIn(config, redirects.web);
    const second = await oidc.refreshTokenGrant(config, first.refresh_token);
    const third = await oidc.refreshTokenGrant(config, second.refresh_token);
    await refused(oidc.refreshTokenGrant(config, first.refresh_token), 400, "invalid_grant");
    await refused(oidc.refreshTokenGrant(config, third.refresh_token), 400, "invalid_grant");
  },
  async "a refresh token of another client"() {
    const { refresh_token } = await loggedIn(await web(), redirects.web);
    await refused(oidc.refreshTokenGrant(await app(), refresh_token), 400, "invalid_grant");
    await oidc.refreshTokenGrant(await web(), refresh_token);
  },
  async "revocation"() {
    const config = await web();
    const { refresh_token } = await loggedIn(config, redirects.web);
    await oidc.tokenRevocation(config, refresh_token);
    await refused(oidc.refreshTokenGrant(config, refresh_token), 400, "invalid_grant");
  },
  async "a public client, and refresh tokens that are bound to its key"() {
    const config = await app();
    const [own, strange] = [await dpop(config), await dpop(config)];
    // RFC 8252 section 7.3: an app listens where it can.
    const tokens = await loggedIn(config, redirects.app, own);
    assert.deepEqual((await read(config, tokens.access_token)).cnf, { jkt: own.jkt });
    const { refresh_token } = tokens;
    await refused(oidc.refreshTokenGrant(config, refresh_token, {}, strange), 400, "invalid_grant");
    await refused(oidc.refreshTokenGrant(config, refresh_token), 400, "invalid_grant");
    const next = await oidc.refreshTokenGrant(config, refresh_token, { resource }, own);
    assert.deepEqual((await read(config, next.access_token)).cnf, { jkt: own.jkt });
  },
};

for (const [name, run] of Object.entries(cases)) {
  const error = await run().then(() => null, (error) => error.message);
  console.log(JSON.stringify({ case: name, error }));
}
const manifest = new URL("node_modules/openid-client/package.json", import.meta.url);
console.log(JSON.stringify({ version: JSON.parse(readFileSync(manifest, "utf8")).version }));
process.exit();
