"""Everything that is forged: what is wrong with it, and the reason it must be refused for."""

from joserfc.jwk import ECKey

from tests.identity.evil import (
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN,
    Answer,
    Evil,
    half_hash,
    rsa_key,
    signed_with_the_public_key,
    unsigned,
)
from tests.identity.forge import (
    Forge,
    answers,
    change_payload,
    cut_signature,
    headed,
    hs256,
    later,
    named_ps256,
    offering,
    omits,
    public,
    publishing,
    says,
    signing,
    text,
    together,
    token,
    with_header,
    with_payload,
)

OTHER = "https://other.example"
P384 = ECKey.generate_key("P-384", {"kid": "p384"})

FORGED: dict[str, tuple[Forge, str]] = {
    # Signature and header
    "signed with another key under a known id": (
        signing(rsa_key(2), kid="rsa-1"),
        "bad_signature",
    ),
    "signed with a key that nobody published": (signing(rsa_key(2)), "unknown_key"),
    "signed with a key that was taken away": (
        publishing(public(rsa_key(2))),
        "unknown_key",
    ),
    "no key published at all": (publishing(), "unknown_key"),
    "unsigned while discovery lists none": (
        together(token(unsigned), offering("none", "RS256")),
        "algorithm",
    ),
    "unsigned and without at_hash": (
        together(token(unsigned), offering("none", "RS256"), omits("at_hash")),
        "algorithm",
    ),
    "HS256 with the public key, and discovery lists it": (
        together(token(signed_with_the_public_key), offering("HS256", "RS256")),
        "algorithm",
    ),
    "HS256 with the client's secret": (
        together(token(hs256(CLIENT_SECRET)), offering("HS256", "RS256")),
        "algorithm",
    ),
    "an algorithm that is not ours": (
        together(headed(alg="RS512"), offering("RS512", "RS256")),
        "algorithm",
    ),
    "an algorithm of ours that discovery does not list": (
        together(headed(alg="PS256"), offering("RS256")),
        "algorithm",
    ),
    "an algorithm that is no text": (headed(alg=["RS256"]), "algorithm"),
    "no algorithm": (headed(alg=None), "algorithm"),
    "ES256 claimed for an RSA key": (headed(alg="ES256"), "unknown_key"),
    "an RSA signature named PS256": (
        token(named_ps256),
        "bad_signature",
    ),
    "ES256 with a key of another curve": (
        together(signing(P384, alg="ES256"), publishing(public(P384))),
        "bad_signature",
    ),
    "a key in the header": (
        signing(rsa_key(2), kid="rsa-1", jwk=public(rsa_key(2))),
        "bad_signature",
    ),
    "an address of keys in the header": (
        signing(rsa_key(2), kid="rsa-1", jku="https://evil.example/keys"),
        "bad_signature",
    ),
    "a critical header that nobody knows": (headed(crit=["exp"], exp=1), "critical_header"),
    "a critical header that is empty": (headed(crit=[]), "critical_header"),
    "an unencoded payload": (headed(crit=["b64"], b64=False), "critical_header"),
    "a key id that is a number": (headed(kid=7), "id_token_malformed"),
    "a key published for encryption": (
        publishing(public(rsa_key(), use="enc")),
        "unknown_key",
    ),
    "a key published for another algorithm": (
        publishing(public(rsa_key(), alg="PS256")),
        "unknown_key",
    ),
    "a key that may not verify": (
        publishing(public(rsa_key(), key_ops=["sign"])),
        "bad_signature",
    ),
    "a private key in public": (
        publishing(dict(rsa_key().as_dict(private=True))),
        "unknown_key",
    ),
    "a symmetric key in public": (
        publishing({"kty": "oct", "k": "c2VjcmV0", "kid": "rsa-1"}),
        "unknown_key",
    ),
    "an RSA key of 1024 bits": (
        publishing({"kty": "RSA", "kid": "rsa-1", "e": "AQAB", "n": "u" * 171}),
        "unknown_key",
    ),
    "a payload changed after signing": (token(change_payload), "bad_signature"),
    "a signature cut off": (token(cut_signature), "bad_signature"),
    # The token endpoint's answer
    "no id_token": (answers(id_token=None), "id_token_missing"),
    "an empty id_token": (answers(id_token=""), "id_token_missing"),
    "an id_token that is an object": (answers(id_token={"sub": "x"}), "id_token_malformed"),
    "a huge id_token": (answers(id_token="a" * 200_000), "id_token_too_large"),
    "no access token": (answers(access_token=None), "token_answer_malformed"),
    "an access token that is a number": (answers(access_token=1), "token_answer_malformed"),
    "another kind of token": (answers(token_type="DPoP"), "token_type"),
    "no kind of token": (answers(token_type=None), "token_type"),
    # Form
    "two parts": (token(text("a.b")), "id_token_malformed"),
    "five parts, an encrypted one": (token(text("a.b.c.d.e")), "id_token_malformed"),
    "letters outside base64": (token(text("é.b.c")), "id_token_malformed"),
    "a header of one letter": (token(text("a.b.c")), "id_token_malformed"),
    "a header that is a list": (token(with_header(["alg"])), "id_token_malformed"),
    "a header that is too long": (headed(x="x" * 9000), "id_token_malformed"),
    "a header of a thousand brackets": (
        token(with_header(b'{"alg":"RS256","x":' + b"[" * 5000)),
        "id_token_malformed",
    ),
    "a payload that is a list": (token(with_payload(b"[]")), "id_token_malformed"),
    "a payload that is no JSON": (token(with_payload(b"{")), "id_token_malformed"),
    "an empty payload": (token(with_payload(b"")), "id_token_malformed"),
    # Issuer and audience
    "another issuer": (says(iss=OTHER), "issuer"),
    "the issuer with a slash more": (
        lambda evil: evil.says(iss=f"{evil.issuer}/"),
        "issuer",
    ),
    "the issuer in a list": (lambda evil: evil.says(iss=[evil.issuer]), "issuer"),
    "no issuer": (omits("iss"), "issuer"),
    "for another audience, authorized for us": (
        says(aud="other", azp=CLIENT_ID),
        "audience",
    ),
    "for us and another": (says(aud=[CLIENT_ID, "other"]), "authorized_party"),
    "for us and another, authorized for us": (
        says(aud=[CLIENT_ID, "other"], azp=CLIENT_ID),
        "audience",
    ),
    "for us twice": (says(aud=[CLIENT_ID, CLIENT_ID], azp=CLIENT_ID), "audience"),
    "for nobody": (says(aud=[]), "audience"),
    "no audience": (omits("aud"), "audience"),
    "an audience that is an object": (says(aud={CLIENT_ID: 1}), "audience"),
    "for us, authorized for another": (says(azp="other"), "authorized_party"),
    "for us, authorized for the empty name": (says(azp=""), "authorized_party"),
    # Time
    "expired beyond the leeway": (later("exp", -61), "expired"),
    "expires never": (omits("exp"), "expiry_malformed"),
    "expires at a text": (says(exp="tomorrow"), "expiry_malformed"),
    "expires at NaN": (says(exp=float("nan")), "expiry_malformed"),
    "expires at infinity": (says(exp=float("inf")), "expiry_malformed"),
    "not valid yet": (later("nbf", 61), "not_yet_valid"),
    "valid from a text on": (says(nbf="now"), "not_yet_valid"),
    "issued in the future": (later("iat", 61), "issued_at"),
    "issued eleven minutes ago": (later("iat", -660), "issued_too_long_ago"),
    "issued ten years ago": (later("iat", -315_000_000), "issued_too_long_ago"),
    "issued never": (omits("iat"), "issued_at"),
    "issued at true": (says(iat=True), "issued_at"),
    # Who, and in answer to what
    "nobody": (says(sub=""), "subject"),
    "nobody, in spaces": (says(sub="  "), "subject"),
    "a number": (says(sub=42), "subject"),
    "no subject": (omits("sub"), "subject"),
    "null": (says(sub=None), "subject"),
    "a subject of 256 letters": (says(sub="a" * 256), "subject"),
    "a subject with a line break": (says(sub="dana\nadmin"), "subject"),
    "a subject of half a letter": (says(sub="\ud800"), "subject"),
    "the answer to another request": (says(nonce="other"), "nonce"),
    "the answer to no request": (omits("nonce"), "nonce"),
    "a nonce that is null": (says(nonce=None), "nonce"),
    "a nonce switched off": (
        together(omits("nonce"), says(nonce_supported=False)),
        "nonce",
    ),
    "the hash of another access token": (says(at_hash=half_hash("other")), "access_token_hash"),
    "an empty hash of the access token": (says(at_hash=""), "access_token_hash"),
    "a hash that is a number": (says(at_hash=7), "access_token_hash"),
    "a hash that is an object": (says(at_hash={"a": 1}), "claims_malformed"),
    "a time of sign-in that is a text": (says(auth_time="now"), "claims_malformed"),
}

# What the browser brings back, over the answer of an honest provider; None leaves it out.
CALLBACKS: dict[str, tuple[dict[str, str | None], str]] = {
    "no state": ({"state": None}, "state_missing"),
    "an empty state": ({"state": ""}, "state_missing"),
    "another state": ({"state": "another"}, "state_mismatch"),
    "a state in other letters": ({"state": "zust\u00e4nde-\u00fc"}, "state_mismatch"),
    "a state of half a letter": ({"state": "\ud800"}, "state_mismatch"),
    "another state, and an error": (
        {"state": "another", "error": "access_denied"},
        "state_mismatch",
    ),
    "another state, and another issuer": ({"state": "another", "iss": OTHER}, "state_mismatch"),
    "no issuer, though one was announced": ({"iss": None}, "callback_issuer_missing"),
    "the issuer of another provider": ({"iss": OTHER}, "callback_issuer_mismatch"),
    "an empty issuer": ({"iss": ""}, "callback_issuer_mismatch"),
    "an error of another issuer": (
        {"iss": OTHER, "error": "access_denied"},
        "callback_issuer_mismatch",
    ),
    "access denied": ({"error": "access_denied", "code": None}, "access_denied"),
    "an error beside a code": ({"error": "server_error"}, "provider_error"),
    "an empty error": ({"error": ""}, "provider_error"),
    "an error that asks for a sign-in": ({"error": "login_required"}, "provider_error"),
    "no code": ({"code": None}, "code_missing"),
    "an empty code": ({"code": ""}, "code_missing"),
    "a code without end": ({"code": "a" * 8193}, "code_malformed"),
    "a code of two lines": ({"code": "a\r\nb"}, "code_malformed"),
    "a code in other letters": ({"code": "\u00e9"}, "code_malformed"),
}


def of_somebody_else(**told: object) -> Forge:
    """A userinfo that is asked for, since the id_token lacks the address."""

    def forge(evil: Evil) -> None:
        evil.omits("email")
        evil.told = {"email": "dana@example.com", "email_verified": True, **told}

    return forge


def refusing(status: int, body: object) -> Forge:
    return lambda evil: evil.answers.update({TOKEN: Answer(status, body)})


# What the provider's other addresses say.
ANSWERS: dict[str, tuple[Forge, str]] = {
    "userinfo of somebody else": (of_somebody_else(sub="dana"), "userinfo_subject"),
    "userinfo of nobody": (of_somebody_else(), "userinfo_subject"),
    "userinfo of a list": (of_somebody_else(sub=["mallory"]), "userinfo_subject"),
    "userinfo of another case": (of_somebody_else(sub="Mallory"), "userinfo_subject"),
    "a code that is used": (refusing(400, {"error": "invalid_grant"}), "code_refused"),
    "a request that is refused": (refusing(400, {"error": "invalid_request"}), "token_refused"),
    "an error that is a list": (refusing(400, {"error": []}), "token_refused"),
    "an error beside tokens": (refusing(200, {"error": "invalid_grant"}), "code_refused"),
}
