"""PyJWT as a peer: one JSON object a line in, one a line out. See xtask/src/interop/peer.rs."""

import base64
import datetime
import hashlib
import hmac
import json
import secrets
import sys
import warnings

import jwt
import jwt.api_jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


class Clock(datetime.datetime):
    """PyJWT takes no time from its caller: this is the `datetime` that it finds instead."""

    seconds = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.seconds, tz)


jwt.api_jwt.datetime = Clock
warnings.simplefilter("ignore")  # verdicts are all that is asked for


def load(text, alg):
    """A key from the text of its file: a JWK, or PEM, which PyJWT reads itself."""
    return jwt.PyJWK(json.loads(text), alg) if text.startswith("{") else text


CURVES = {
    "ES256": ec.SECP256R1,
    "ES384": ec.SECP384R1,
    "ES512": ec.SECP521R1,
    "ES256K": ec.SECP256K1,
}


def version(_):
    return {"version": jwt.__version__, "algorithms": jwt.PyJWS().get_algorithms()}


def private_key(alg):
    if alg in CURVES:
        return ec.generate_private_key(CURVES[alg]())
    if alg == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def keygen(asked):
    alg, pem = asked["alg"], asked["format"] == "pem"
    algorithm = jwt.get_algorithm_by_name(alg)
    if alg.startswith("HS"):
        secret = secrets.token_bytes(int(alg[2:]) // 8)
        jwk = algorithm.to_jwk(secret)
        return {"private": jwk, "public": jwk}
    private = private_key(alg)
    public = private.public_key()
    if not pem:
        return {"private": algorithm.to_jwk(private), "public": algorithm.to_jwk(public)}
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    spki = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "private": private.private_bytes(*form).decode(),
        "public": public.public_bytes(*spki).decode(),
    }


def mint(asked):
    alg = asked["alg"]
    # PyJWT adds `typ` unless it is told an empty one.
    headers = {"typ": "", **asked["header"]}
    key = load(asked["key"], alg)
    return {"token": jwt.encode(asked["claims"], key, alg, headers)}


def verify(asked):
    key = load(asked["key"], asked["alg"])
    Clock.seconds = asked["now"]
    try:
        token = jwt.decode_complete(
            asked["token"],
            key,
            algorithms=asked["allowed"],
            audience=asked["aud"],
            issuer=asked["iss"],
        )
    except jwt.PyJWTError as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
    # As text: what PyJWT lets pass (NaN, half a surrogate pair) is not always JSON again.
    header, claims = json.dumps(token["header"]), json.dumps(token["payload"])
    return {"ok": True, "header": header, "claims": claims}


def forge(asked):
    """A MAC over anything, which no library would sign."""
    secret = base64.urlsafe_b64decode(asked["secret"] + "==")
    mac = hmac.new(secret, asked["input"].encode(), hashlib.sha256).digest()
    return {"token": asked["input"] + "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")}


OPERATIONS = {each.__name__: each for each in (version, keygen, mint, verify, forge)}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = OPERATIONS[asked["op"]](asked)
    except Exception as error:  # a failure of this script or of PyJWT, not a verdict
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
