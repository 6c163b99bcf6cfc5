"""Why somebody could not come in from a platform, and what its administrator has to mend."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import Problem
from lms.integrations.lti.rules.launching import Unfit
from lms.notices.channels.parcels import FAULTS, told

WHY: dict[str, Any] = {
    "unknown": _l("安课里没有这个平台，可能已被删除。请在安课“账号 → 接口令牌 → 教学平台”里重新登记，把页上的网址贴到平台里。"),
    "unready": _l("这个平台在安课里只登记了一半。请在安课“教学平台”里打开它，填好平台标识、客户端编号和各个网址。"),
    "issuer": _l("平台自称 %(said)s，安课里登记的是 %(known)s。两边要一字不差，请改安课里的“平台标识”。"),
    "client": _l("平台发来的客户端编号是 %(said)s，安课里登记的是 %(known)s。请改成一样的。"),
    "begin": _l("平台没有说明是谁要进来（缺 login_hint）。请确认平台里选的是 LTI 1.3，“登录网址”贴的是安课给的那个。"),
    "platform": _l("平台没有放行：%(said)s。请先在平台里重新登录，再打开一次；还不行的，请看平台的日志。"),
    "state": _l("这次进入放得太久，或者不是从平台开始的。请回到课程页面，重新点一次链接。"),
    "cookies": _l("浏览器不让安课记住这次进入。请允许本网站使用 Cookie，再从课程页面点一次链接。"),
    "token": _l("平台发来的凭证看不懂。请确认平台里选的是 LTI 1.3，“重定向网址”贴的是安课给的那个。"),
    "algorithm": _l("平台用 %(said)s 签名，安课只认 RS256。请在平台里改成 RS256（RSA 公钥）。"),
    "key": _l("平台用了一把没有公布的密钥（%(said)s）。请核对安课里的“公钥网址”，平台刚换过密钥的，过半分钟再试。"),
    "keys": _l("安课取不到平台的公钥：%(said)s。请核对公钥网址 %(known)s；平台在内网的，启动时加 ANKE_PRIVATE_GATEWAYS=1。"),
    "signature": _l("凭证的签名对不上平台公布的公钥，可能被改过。请核对安课里的“公钥网址”。"),
    "audience": _l("这个凭证是发给 %(said)s 的，不是发给安课（%(known)s）的。请核对“客户端编号”。"),
    "expired": _l("凭证已经过期。请回到课程页面重新点一次链接；总是这样的，请核对平台服务器的时间。"),
    "clock": _l("平台服务器的时间比安课快。请把两边的时间都对准。"),
    "nonce": _l("凭证不是为这次进入发的。请回到课程页面，重新点一次链接。"),
    "replay": _l("这个凭证已经用过一次，不能再用。请回到课程页面，重新点一次链接。"),
    "version": _l("平台发来的版本是“%(said)s”，要的是 1.3.0。请在平台里选 LTI 1.3。"),
    "message": _l("安课不认识平台要做的事（%(said)s）。请在平台里只用资源链接和内容选择。"),
    "anonymous": _l("平台没有说明是哪个账号。请在平台里允许把用户编号发给安课，不要用匿名进入。"),
    "deployment": _l("部署编号 %(said)s 没有登记。请在安课“教学平台”里打开这个平台，把它填进“部署编号”。"),
    "place": _l("这个链接指向 %(said)s，不是课程里能打开的安课页面。请重新选择内容，或改成讲课、考核、证书的网址。"),
    "absent": _l("您不在这堂课的听课名单里，或者这堂课已经取消。请找本单位的培训管理员。"),
    "left": _l("您已登记离开本单位。还在这里上班的，请培训管理员恢复在册。"),
    "registration": _l("平台 %(known)s 的登记没有成（%(said)s）。请在平台里重新贴一次网址，还不行就手工填写。"),
    "over": _l("这个登记网址已经用过或者过期。请在安课“教学平台”里打开这个平台，复制新的网址。"),
    "teaches": _l("只有平台里的教师或管理员才能往课程里放内容。"),
}  # fmt: skip
FAULTS.update(  # where a platform answers, but not what it was asked for
    {
        "platform-silent": _l("对方没有回答"),
        "platform-keys": _l("密钥网址答复 %(said)s，里面没有公钥"),
        "platform-token": _l("令牌网址答复 %(said)s，没有给令牌"),
        "platform-lines": _l("平台没有给出成绩项的网址"),
        "platform-line": _l("平台没有建成绩项，答复 %(said)s"),
        "platform-roster": _l("名单网址答复 %(said)s，里面没有名单"),
        "platform-endless": _l("名单长得没有尽头"),
    }
)
STATUSES = {"unknown": 404, "absent": 403, "left": 403, "teaches": 403, "keys": 502, "registration": 502}


class Refused(Problem):
    """A launch that ends on a plain page. reason: a key of WHY; said, known: as of Unfit."""

    code = "lti-refused"

    def __init__(self, reason: str, said: str = "", known: str = "") -> None:
        super().__init__(WHY[reason], said=told(said) or "—", known=known or "—")
        self.reason, self.said = reason, said
        self.status = STATUSES.get(reason, 400)  # type: ignore[misc]  # of this one

    @classmethod
    def of(cls, unfit: Unfit) -> Refused:
        return cls(unfit.code, unfit.said, unfit.known)
