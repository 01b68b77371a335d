"""Attacks on access tokens, straight at the gateway and through nginx: each is answered 401, and tells nothing."""

from collections.abc import Callable

import pytest
from client import Answer, Client
from forged import GONE, Forger, Raw, encode, now
from people import PASSWORD, User, new_user
from stack import Stack

Attack = Callable[[Forger], str]
DOORS = {"gateway": "ORDO_GATEWAY_URL", "nginx": "ORDO_URL"}

ALGORITHMS: dict[str, Attack] = {
    **{f"alg {name or 'empty'}": lambda f, name=name: f.unsigned(name) for name in ("none", "None", "NONE", "nOnE", "")},
    **{f"alg {name} with a signature": lambda f, name=name: f.unsigned(name, f.token.split(".")[2]) for name in ("none", "NoNe")},
    "alg missing": lambda f: f.signed({"alg": GONE}),
    "alg null": lambda f: f.signed({"alg": None}),
    "alg a list": lambda f: f.signed({"alg": ["ES256"]}),
    "alg in small letters": lambda f: f.signed({"alg": "es256"}),
    **{f"alg {name} over a good signature": lambda f, name=name: f.signed({"alg": name}) for name in ("ES384", "RS256", "PS256", "EdDSA")},
    **{f"{name} with the public key as secret": lambda f, name=name: f.with_secret(name, f.public, roles=["admin"])
       for name in ("HS256", "HS384", "HS512")},
    "HS256 with an empty secret": lambda f: f.with_secret("HS256", b""),
    "HS256 with the key's id as secret": lambda f: f.with_secret("HS256", f.header["kid"].encode()),
}
KEYS: dict[str, Attack] = {
    "kid missing": lambda f: f.signed({"kid": GONE}),
    **{f"kid {name}": lambda f, value=value: f.signed({"kid": value}, f.foreign) for name, value in {
        "null": None, "a number": 7, "a list": [], "empty": "", "unknown": "0" * 16, "a path": "../../../../etc/passwd",
        "an empty file": "/dev/null", "SQL": "x' UNION SELECT 'secret' --", "a command": "$(id)|id", "a URL": "http://127.0.0.1/key",
        "with NUL": "a\0b", "very long": "k" * 2500}.items()},
    "kid of ours, with NUL behind": lambda f: f.signed({"kid": f.header["kid"] + "\0"}),
    "kid of ours, signed with another key": lambda f: f.signed(key=f.foreign, roles=["admin"]),
    "a key of one's own in the header": lambda f: f.signed({"jwk": f.public_jwk()}, f.foreign),
    "jku to a key of one's own": lambda f: f.signed({"jku": "http://127.0.0.1:1/jwks.json", "kid": "mine"}, f.foreign),
    "x5u and x5c of one's own": lambda f: f.signed({"x5u": "http://127.0.0.1:1/", "x5c": ["AAAA"]}, f.foreign),
}
TIMES: dict[str, Attack] = {
    **{f"{claim} missing": lambda f, claim=claim: f.signed(**{claim: GONE}) for claim in ("exp", "nbf", "iat")},
    **{f"exp {name}": lambda f, value=value: f.signed(exp=value) for name, value in {
        "null": None, "a string": str(now() + 3600), "negative": -1, "zero": 0, "past": now() - 1, "true": True, "a list": [now() + 3600],
        "a fraction": now() + 3600.5, "beyond the year 9999": 10**13, "2^63": Raw("9223372036854775808"), "1e400": Raw("1e400"),
        "1e308": Raw("1e308"), "-2^63": Raw("-9223372036854775808")}.items()},
    "nbf in the future": lambda f: f.signed(nbf=now() + 600),
    "nbf a string": lambda f: f.signed(nbf=str(now())),
    "iat a string": lambda f: f.signed(iat="now"),
}
CLAIMS: dict[str, Attack] = {
    **{f"{claim} missing": lambda f, claim=claim: f.signed(**{claim: GONE}) for claim in ("iss", "aud", "sub", "username", "roles")},
    **{f"{claim} {name}": lambda f, claim=claim, value=value: f.signed(**{claim: value}) for claim, name, value in (
        ("iss", "of others", "other"), ("iss", "a list", ["ordo"]), ("iss", "with a slash", "ordo/"), ("aud", "of others", "shop"),
        ("aud", "a list", ["ordo-api", "shop"]), ("aud", "null", None), ("sub", "no id", "admin"), ("sub", "a number", 1),
        ("roles", "a word", "admin"), ("roles", "an object", {"admin": True}))},
    **{f"typ {name}": lambda f, value=value: f.signed({"typ": value}) for name, value in {
        "missing": GONE, "null": None, "refresh": "refresh+jwt", "logout": "logout+jwt", "JWE": "JWE"}.items()},
}
SHAPES: dict[str, Attack] = {
    "claims changed after signing": lambda f: ".".join([*f.signing_input({}, {"roles": ["admin"]}).split("."), f.token.split(".")[2]]),
    "a signature of zeros": lambda f: f"{f.signing_input({}, {'roles': ['admin']})}.{encode(bytes(64))}",
    "a signature cut short": lambda f: f.token[:-4],
    "a signature twice as long": lambda f: f.token + f.token.split(".")[2],
    "a signature in DER": lambda f: f"{f.signing_input({}, {})}.{encode(f.der_signature(f.signing_input({}, {}), f.private))}",
    "no signature": lambda f: f.token.rsplit(".", 1)[0] + ".",
    "two parts": lambda f: f.token.rsplit(".", 1)[0],
    "four parts": lambda f: f.token + ".AAAA",
    "five parts": lambda f: f.token + ".AAAA.AAAA",
    "padding": lambda f: f.token + "==",
    "more than 4 KB": lambda f: f.signed(username="a" * 4000),
    "deep claims": lambda f: f"{encode(b'[' * 2000)}.{encode(b'[' * 500)}.AA",
    "no JSON": lambda f: f"{encode(b'no')}.{encode(b'json')}.{encode(b'here')}",
}
ATTACKS = {f"{group}: {name}": attack for group, attacks in (("alg", ALGORITHMS), ("key", KEYS), ("time", TIMES), ("claim", CLAIMS),
                                                           ("shape", SHAPES)) for name, attack in attacks.items()}


@pytest.fixture(scope="module")
def victim(stack: Stack) -> User:
    return new_user(stack)


@pytest.fixture(scope="module")
def forger(stack: Stack, victim: User) -> Forger:
    assert victim.token
    return Forger(stack, victim.token)


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, stack: Stack) -> str:
    return stack.address[DOORS[request.param]]


def assert_refused(answer: Answer) -> None:
    answer.expect(401)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] in ("invalid_token", "unauthenticated")
    assert not any(word in answer.body.lower() for word in (b"kid", b"jwt.", b"openssl", b".pem", b"exception", b"/secrets"))


def test_the_forger_could_sign_a_good_token(door: str, forger: Forger) -> None:
    """Or every attack below would be refused for a fault of its own."""
    Client(door, forger.signed()).get("/api/users/me").expect(200)
    Client(door, forger.signed(jti="another")).get("/api/users/me").expect(200)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_forged_token_opens_nothing(door: str, forger: Forger, attack: str) -> None:
    with Client(door, ATTACKS[attack](forger)) as client:
        assert_refused(client.get("/api/users/me"))
        assert_refused(client.post("/api/orders", {}))


@pytest.mark.parametrize("carrier", ["query", "cookie", "basic", "bare", "twice", "x-header"])
def test_a_token_counts_only_in_the_one_field_that_is_for_it(door: str, forger: Forger, carrier: str) -> None:
    token = forger.token
    headers = {"cookie": {"Cookie": f"access_token={token}"}, "basic": {"Authorization": f"Basic {token}"}, "bare": {"Authorization": token},
               "twice": {"Authorization": f"Bearer x, Bearer {token}"}, "x-header": {"X-Authorization": f"Bearer {token}"}}
    path = f"/api/users/me?access_token={token}" if carrier == "query" else "/api/users/me"
    assert_refused(Client(door).send("GET", path, headers=headers.get(carrier, {})))


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(door: str, victim: User) -> None:
    guest = Client(door)
    tokens = guest.post("/api/auth/login", {"username": victim.name, "password": PASSWORD}).expect(200).json()
    assert_refused(Client(door, tokens["refresh_token"]).get("/api/users/me"))
    guest.post("/api/auth/refresh", {"refresh_token": tokens["access_token"]}).expect(401)
    guest.post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"]}).expect(200)
