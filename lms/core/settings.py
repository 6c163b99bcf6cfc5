"""What an installation may choose, read once at start from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MIN_SECRET_CHARACTERS = 32
MOST_KEYS = 100
THREADS = 8  # of a serving process, each with a connection to the database that is kept: making one takes longer than a page
ENVIRONMENTS = ("production", "demo", "test")


class SettingsFault(Exception):
    """A setting that the product cannot start with; the message names the variable and the way forward."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's settings.

    database_url: SQLAlchemy URL. storage_url: fsspec URL of the content store. base_url: without a trailing slash, the
    address printed into QR codes, with the path when the product is not at the root of its host. env: production, demo
    (accounts with known passwords, a banner) or test.
    private_gateways: whether enterprises may name mail servers and gateways in a private network.
    signing_key: a PKCS#12 file that documents are signed with, or the address of a key in a token (PKCS#11, RFC 7512), and its
    password or PIN; None: the installation's own key.
    stamp_url: a time-stamp authority (RFC 3161) that signatures and the heads of chains are stamped by; None: none.
    key_generation: which of its own keys it signs with, 1 and up; the earlier ones stay good.
    """

    data_dir: Path
    database_url: str
    storage_url: str
    secret_key: str
    base_url: str
    env: str
    redis_url: str | None = None
    private_gateways: bool = False
    signing_key: Path | str | None = None
    signing_password: str = ""
    stamp_url: str | None = None
    key_generation: int = 1

    @property
    def demo(self) -> bool:
        return self.env == "demo"

    @property
    def origin(self) -> str:
        """The address without a path: what url_for() adds to it has the path already."""
        scheme, _, rest = self.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @property
    def path(self) -> str:
        """Below which path of its host the product is served, for example "/anke"; "" at the root."""
        return self.base_url.removeprefix(self.origin)

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


def settings() -> Settings:
    """The settings of the running application."""
    from flask import current_app  # not above: what watches over the server reads settings and holds no application

    found: Settings = current_app.extensions["settings"]
    return found


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables named ANKE_…; raises SettingsFault with a sentence naming the variable."""
    env = environ.get("ANKE_ENV", "production")
    if env not in ENVIRONMENTS:
        raise SettingsFault(f"ANKE_ENV is {env!r}; it must be one of {', '.join(ENVIRONMENTS)}.")
    data_dir = Path(environ.get("ANKE_DATA_DIR", "var")).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    database_url = environ.get("ANKE_DATABASE_URL") or f"sqlite:///{data_dir / 'anke.sqlite3'}"
    return Settings(
        data_dir=data_dir,
        database_url=database_url.replace("postgresql://", "postgresql+psycopg://", 1),
        storage_url=environ.get("ANKE_STORAGE_URL") or f"file://{data_dir / 'files'}",
        secret_key=_secret(environ, env, data_dir),
        base_url=(environ.get("ANKE_BASE_URL") or f"http://127.0.0.1:{environ.get('PORT') or 8000}").rstrip("/"),
        env=env,
        redis_url=environ.get("ANKE_REDIS_URL") or None,
        private_gateways=_yes(environ, "ANKE_PRIVATE_GATEWAYS"),
        signing_key=_token(environ, "ANKE_SIGNING_KEY") or _file(environ, "ANKE_SIGNING_KEY"),
        signing_password=environ.get("ANKE_SIGNING_PASSWORD", ""),
        stamp_url=_web_address(environ, "ANKE_STAMP_URL"),
        key_generation=_generation(environ, "ANKE_KEY_GENERATION"),
    )


def _token(environ: Mapping[str, str], name: str) -> str | None:
    given = environ.get(name, "")
    return given if given.startswith("pkcs11:") else None


def _yes(environ: Mapping[str, str], name: str) -> bool:
    given = environ.get(name, "0")
    if given not in ("0", "1"):
        raise SettingsFault(f"{name} is {given!r}; it must be 0 or 1.")
    return given == "1"


def _web_address(environ: Mapping[str, str], name: str) -> str | None:
    given = environ.get(name)
    if given and not given.startswith(("http://", "https://")):
        raise SettingsFault(f"{name} is {given!r}; it must be an address that begins with http:// or https://.")
    return given or None


def _generation(environ: Mapping[str, str], name: str) -> int:
    given = environ.get(name) or "1"
    if not given.isdecimal() or not 1 <= int(given) <= MOST_KEYS:
        raise SettingsFault(f"{name} is {given!r}; it must be a number from 1 to {MOST_KEYS}.")
    return int(given)


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    given = environ.get(name)
    if given and not Path(given).is_file():
        raise SettingsFault(f"{name} is {given!r}, and there is no such file.")
    return Path(given) if given else None


def _secret(environ: Mapping[str, str], env: str, data_dir: Path) -> str:
    given = environ.get("ANKE_SECRET_KEY", "")
    if given:
        if len(given) < MIN_SECRET_CHARACTERS or len(set(given)) < 8:
            raise SettingsFault(
                f"ANKE_SECRET_KEY is too weak: use at least {MIN_SECRET_CHARACTERS} random characters,"
                " for example the output of: openssl rand -hex 32"
            )
        return given
    if env == "production":
        raise SettingsFault(
            "ANKE_SECRET_KEY is not set. It protects sign-ins and personal data; set it to the output of: openssl rand -hex 32"
        )
    # A demo gets a secret of its own too, so that no secret is ever known beforehand.
    kept = data_dir / "secret"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(32))
    return kept.read_text().strip()
