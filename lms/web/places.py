"""Where somebody is, and whether they may be sent to a place: nobody is sent to another host, or to what else this one serves."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from flask import request


def this_page() -> str:
    """The path of the page that is asked for, with its query, as it can be given back to `inside`."""
    return request.script_root + request.full_path.rstrip("?")


def inside(target: str | None) -> str | None:
    """The target when it is a path of this product, else None.

    Tabs and line ends are no part of one: browsers drop them, and "/<tab>/host" would become "//host".
    """
    here = f"{request.script_root}/"
    if target and target.startswith(here) and not target.startswith("//") and "\\" not in target and target.isprintable():
        return None if ".." in unquote(urlsplit(target).path).split("/") else target  # a browser would leave by it
    return None


def came_from() -> str | None:
    """The page of ours that a form was on, as the browser says."""
    page = urlsplit(request.referrer or "")
    return inside(f"{page.path}?{page.query}".rstrip("?")) if page.netloc == request.host else None
