"""Kinds of options and arguments that several commands take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from flask_babel import gettext as _


class NewFile(click.Path):
    """A file to be written, in a folder that is there."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"Directory '{path.parent}' does not exist.", param, ctx)
        return path


def certificates_in(content: bytes, option: str) -> list[x509.Certificate]:
    """The certificates of a PEM file; wrong usage of the option says that it has none."""
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise click.BadParameter(_("不是 PEM 格式的证书"), param_hint=option) from None
