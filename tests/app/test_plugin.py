"""The product beside another application: the host behaves the same with and without it."""

import pytest
from flask import Flask, session

from lms.plugin import mount
from tests.conftest import settings_for


def host() -> Flask:
    app = Flask("host")
    app.secret_key = "the host's own"

    @app.route("/")
    def index():
        session["seen"] = session.get("seen", 0) + 1
        return f"host {session['seen']}"

    return app


def host_still_works(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/").text == "host 1"
    assert client.get("/").text == "host 2"
    assert client.get("/sign-in").status_code == 404


def test_the_host_alone():
    host_still_works(host())


def test_the_host_with_the_product_in_it(tmp_path):
    app = host()
    mount(app, "/anke", settings_for(tmp_path))

    host_still_works(app)
    page = app.test_client().get("/anke/sign-in")
    assert page.status_code == 200
    assert 'href="/anke/static/' in page.text
    assert 'href="/static/' not in page.text


def test_a_product_without_a_path_of_its_own_is_refused(tmp_path):
    with pytest.raises(ValueError, match="/anke"):
        mount(host(), "/", settings_for(tmp_path))
