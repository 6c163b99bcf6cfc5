"""企业微信 and 钉钉, played by their documents: members of the firm come in, and nobody else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from lms.sign_in.models import Rule, WayKind
from tests.sign_in.conftest import change_person, set_up, who

WECOM = {"corpid": "ww1", "agent_id": "1000002", "secret": "s"}
DINGTALK = {"app_key": "ding1", "secret": "s"}


def test_a_member_of_the_firm_comes_in_by_wecom_and_a_stranger_does_not(app, world, gateway, liuyang):
    change_person(liuyang, wecom_id="LiuYang")
    way = set_up(world.here, WayKind.WECOM, WECOM | {"base": gateway.url}, Rule.ROSTER)
    member = {"errcode": 0, "userid": "liuyang"}

    def answer(heard, _before):
        if heard.path == "/cgi-bin/gettoken":
            assert heard.query == {"corpid": "ww1", "corpsecret": "s"}
            return 200, {"errcode": 0, "access_token": "T", "expires_in": 7200}
        assert (heard.path, heard.query) == ("/cgi-bin/auth/getuserinfo", {"access_token": "T", "code": "C"})
        return 200, member

    gateway.answer = answer

    def come(agent=""):
        client = app.test_client()
        there = client.get(f"/sign-in/with/{way}", headers={"User-Agent": agent}).location
        query = parse_qs(urlsplit(there).query)
        assert query["appid"] == ["ww1"] and query["agentid"] == ["1000002"]
        assert query["redirect_uri"] == [f"http://anke.test/sign-in/with/{way}/back"]
        return client, there, client.get(f"/sign-in/with/{way}/back?code=C&state={query['state'][0]}")

    client, there, _back = come()
    assert "/wwlogin/sso/login?" in there and who(client) == f"person:{liuyang}"
    client, there, _back = come("Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0")
    assert "/connect/oauth2/authorize?" in there and there.endswith("#wechat_redirect") and "snsapi_base" in there
    assert who(client) == f"person:{liuyang}"
    member.clear()
    member.update(errcode=0, openid="o1")
    client, _there, back = come()
    assert back.status_code == 502 and "不是这家企业的成员" in back.text and who(client) == ""
    member.update(errcode=40029, errmsg="invalid code")
    assert come()[2].status_code == 502


def test_a_member_of_the_firm_comes_in_by_dingtalk_and_a_stranger_does_not(app, world, gateway, liuyang):
    change_person(liuyang, dingtalk_id="manager4220")
    way = set_up(world.here, WayKind.DINGTALK, DINGTALK | {"base": gateway.url}, Rule.ROSTER)
    found = {"errcode": 0, "result": {"contact_type": 0, "userid": "manager4220"}}

    def answer(heard, _before):
        if heard.path == "/v1.0/oauth2/userAccessToken":
            assert heard.json() == {"clientId": "ding1", "clientSecret": "s", "code": "A", "grantType": "authorization_code"}
            return 200, {"accessToken": "U", "expireIn": 7200}
        if heard.path == "/v1.0/contact/users/me":
            assert heard.headers["x-acs-dingtalk-access-token"] == "U"
            return 200, {"nick": "刘洋", "unionId": "z21HjQ"}
        if heard.path == "/gettoken":
            return 200, {"errcode": 0, "access_token": "T", "expires_in": 7200}
        assert (heard.path, heard.json()) == ("/topapi/user/getbyunionid", {"unionid": "z21HjQ"})
        return 200, found

    gateway.answer = answer

    def come():
        client = app.test_client()
        there = client.get(f"/sign-in/with/{way}").location
        state = parse_qs(urlsplit(there).query)["state"][0]
        return client, client.get(f"/sign-in/with/{way}/back?authCode=A&state={state}")

    client, _back = come()
    assert who(client) == f"person:{liuyang}"
    for stranger in ({"errcode": 60121, "errmsg": "找不到该用户"}, {"errcode": 0, "result": {"contact_type": 1, "userid": "x"}}):
        found.clear()
        found.update(stranger)
        client, back = come()
        assert back.status_code == 502 and who(client) == ""
