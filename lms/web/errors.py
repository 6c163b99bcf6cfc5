"""A Problem becomes a page with a way forward; a fault of ours becomes a page with a number to quote."""

from __future__ import annotations

import logging

from flask import Flask, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from lms.access.door import current_actor
from lms.core.errors import NotFound, Problem, SignInNeeded, TooBig, TooMany
from lms.web import problems
from lms.web.places import this_page

log = logging.getLogger(__name__)


def page(problem: Problem) -> ResponseReturnValue:
    """The page of a Problem, its sentence alone where htmx asked for a part of a page, a document where a program asked."""
    if document := problems.answer(problem):
        return document
    if request.method == "POST":
        session.pop("_flashes", None)  # what it had said was done has been rolled back
    if request.headers.get("HX-Request"):
        return render_template("web/_problem.html", problem=problem), problem.status
    return render_template("web/error.html", problem=problem, request_id=g.get("request_id")), problem.status


def init(app: Flask) -> None:
    @app.errorhandler(SignInNeeded)
    def sign_in_needed(problem: SignInNeeded) -> ResponseReturnValue:
        if document := problems.answer(problem):
            return document
        if request.headers.get("HX-Request"):
            return "", 401  # js/requests.js says where to sign in: the page stays, and so does what was typed
        return redirect(url_for("web.sign_in", next=this_page()), 303)

    @app.errorhandler(Problem)
    def problem(problem: Problem) -> ResponseReturnValue:
        log.info("problem", extra={"code": problem.code, "status": problem.status, "path": request.path})
        return page(problem)

    @app.errorhandler(RateLimitExceeded)
    def too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
        return page(TooMany())

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> ResponseReturnValue:
        if request.headers.get("HX-Request") and current_actor() is None:
            return sign_in_needed(SignInNeeded())  # the token went with the sign-in
        return page(Problem(_("页面放得太久，已经失效。请返回上一页刷新后再提交，填过的内容还在。")))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code == 404:
            return page(NotFound())
        if error.code == 413:
            return page(TooBig())
        if error.code is not None and error.code < 400:
            return error.get_response()
        shown = Problem(_("这个请求没法处理，请返回上一页重试。"))
        shown.status = error.code or 400  # type: ignore[misc]  # this one answer only
        answer = make_response(page(shown))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer

    @app.errorhandler(Exception)
    def fault(error: Exception) -> ResponseReturnValue:
        log.exception("fault", extra={"path": request.path}, exc_info=error)
        shown = Problem(_("系统出了问题，您填的内容没有写入一半。请稍后再试，或把下面的编号告诉管理员。"))
        shown.status = 500  # type: ignore[misc]  # this one answer only
        return page(shown)
