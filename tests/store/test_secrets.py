"""What a thief of the database file would find: no id, no token, no key."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.services.ports import SignedIn
from app.services.provider_port import Holding
from app.services.session_port import SessionLimits, SessionStart
from app.store.cipher import Cipher
from app.store.fingerprint import Fingerprint
from app.store.installation import InstallationStore
from tests.store.conftest import NOON, SECRET_KEY, Stores, developer, identity, stores_on

ID_TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJkYW5hIn0.c2lnbmF0dXJl"
REFRESH_TOKEN, ACCESS_TOKEN = "a-refresh-token-of-dana", "an-access-token-of-dana"
CONSUMER_KEY = "Vq8sYw2kZr5tBn7m"
LIMITS = SessionLimits(idle=timedelta(hours=1), absolute=timedelta(hours=8))


def scenario(stores: Stores, session: sessionmaker[Session]) -> tuple[str, ...]:
    """Do what a day brings and return everything that must not be found."""
    account = stores.accounts.signed_in(identity(), NOON)
    stores.accounts.link(account.account_id, developer())
    stores.developers.save([developer()], NOON)
    fingerprint = Fingerprint(InstallationStore(session).fingerprint_key)
    stores.creations.begin("dev-1", "a-request-id-of-the-form", NOON)
    stores.creations.finished("dev-1", "a-request-id-of-the-form", fingerprint(CONSUMER_KEY))
    start = SessionStart(NOON, LIMITS, check_at=NOON)
    signed_in = SignedIn(identity(), ID_TOKEN, Holding(REFRESH_TOKEN, ACCESS_TOKEN))
    id_text = stores.sessions.begin(account.account_id, signed_in, start)
    stores.sessions.save_data(id_text, {"csrf": "x"})
    hidden = (
        REFRESH_TOKEN,
        ACCESS_TOKEN,
        id_text,
        ID_TOKEN,
        CONSUMER_KEY,
        SECRET_KEY,
        "a-request-id-of-the-form",
    )
    return *hidden, *ID_TOKEN.split(".")


def test_the_sqlite_file_holds_no_secret(sqlite_engine: Engine, tmp_path: Path) -> None:
    session = sessionmaker(sqlite_engine)
    hidden = scenario(stores_on(session), session)
    files = [path.read_bytes() for path in sorted(tmp_path.glob("portal.db*"))]
    assert any(b"dana@example.com" in content for content in files)
    for secret in hidden:
        assert not any(secret.encode() in content for content in files)


def test_no_table_holds_a_secret(
    engine: Engine, session: sessionmaker[Session], sql: Stores
) -> None:
    hidden = scenario(sql, session)
    dump = ""
    with engine.connect() as connection:
        for table in ("accounts", "sign_in_sessions", "developers", "developer_words", "creations"):
            dump += str(connection.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - names from above
    assert "dana@example.com" in dump
    for secret in hidden:
        assert secret not in dump


def test_a_sealed_token_is_different_every_time_and_opens_with_its_key_only() -> None:
    cipher = Cipher(SECRET_KEY)
    sealed = cipher.seal(ID_TOKEN)
    assert sealed != cipher.seal(ID_TOKEN)
    assert cipher.open(sealed) == ID_TOKEN
    assert Cipher("another").open(sealed) is None
    assert cipher.open(sealed[:-4] + "AAA=") is None
    assert cipher.open("not sealed") is None


def test_a_new_key_seals_and_the_replaced_one_still_opens() -> None:
    rotated = Cipher("new", [SECRET_KEY])
    assert rotated.open(Cipher(SECRET_KEY).seal(ID_TOKEN)) == ID_TOKEN
    assert Cipher("new").open(rotated.seal(ID_TOKEN)) == ID_TOKEN
    assert Cipher(SECRET_KEY).open(rotated.seal(ID_TOKEN)) is None
