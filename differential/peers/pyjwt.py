"""PyJWT as a judge of many tokens: the keys in the first line, then a token a line, a verdict a line."""

import base64
import datetime
import json
import sys
import warnings

import jwt
import jwt.api_jwt


class Clock(datetime.datetime):
    """PyJWT takes no time from its caller: this is the `datetime` that it finds instead."""

    seconds = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.seconds, tz)


jwt.api_jwt.datetime = Clock
warnings.simplefilter("ignore")  # verdicts are all that is asked for

setup = json.loads(sys.stdin.readline())
secret = base64.urlsafe_b64decode(setup["secret"] + "==")
point = jwt.PyJWK(setup["jwk"], "ES256").key
options = {"require": ["exp", "iss", "aud"]}
print(json.dumps({"version": jwt.__version__}))

for line in sys.stdin:
    alg, Clock.seconds, token = json.loads(line)
    key = point if alg == "ES256" else secret
    expected = {"audience": setup["aud"], "issuer": setup["iss"]}
    try:
        claims = jwt.decode(token, key, algorithms=[alg], options=options, **expected)
        # As text: what PyJWT lets pass (NaN, half a surrogate pair) is not always JSON again.
        answer = {"ok": True, "claims": json.dumps(claims)}
    except jwt.PyJWTError as error:
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    except Exception as error:  # not a verdict that PyJWT meant to give
        answer = {"ok": False, "error": f"raised {type(error).__name__}: {error}"}
    print(json.dumps(answer))
