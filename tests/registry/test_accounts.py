"""The first account of an installation is made at the terminal."""

from click.testing import CliRunner

from lms.registry.accounts import add


def run(app, *arguments, password="correct horse battery"):
    return CliRunner().invoke(add, [*arguments, "--password", password])


def signs_in(app, username, password="correct horse battery"):
    return app.test_client().post("/sign-in", data={"username": username, "password": password}).status_code == 303


def test_an_officer_added_at_the_terminal_signs_in_and_sees_the_patch(app, world):
    assert run(app, "wang", "--role", "officer", "--jurisdiction", "430602").exit_code == 0
    assert signs_in(app, "wang")


def test_a_trainer_who_is_on_the_roster_reaches_the_own_record_too(app, world):
    answer = run(app, "zhao", "--role", "trainer", "--enterprise", "湘粮油脂有限公司", "--work-no", "0002")
    client = app.test_client()
    client.post("/sign-in", data={"username": "zhao", "password": "correct horse battery"})

    assert answer.exit_code == 0
    assert client.get("/me").status_code == 200
    assert client.get("/people").status_code == 200


def test_what_is_wrong_is_said_and_nothing_is_added(app, world):
    for arguments in (
        ["a", "--role", "officer", "--jurisdiction", "999999"],
        ["a", "--role", "trainer", "--enterprise", "没有这一家"],
        ["a", "--role", "trainer", "--enterprise", "湘粮油脂有限公司", "--work-no", "9999"],
    ):
        assert run(app, *arguments).exit_code == 2
    assert run(app, "a", "--role", "officer", "--jurisdiction", "430602", password="short").exit_code == 2
    assert not signs_in(app, "a")


def test_a_name_is_given_once(app, world):
    run(app, "wang", "--role", "officer", "--jurisdiction", "430602")

    assert run(app, "wang", "--role", "officer", "--jurisdiction", "430603").exit_code == 2
