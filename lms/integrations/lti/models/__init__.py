"""Teaching platforms, who is who there, their courses, and what is handed on to them."""

from lms.integrations.lti.models.courses import LtiCourse, LtiLine, LtiMember, LtiScore
from lms.integrations.lti.models.platforms import LtiDeployment, LtiKey, LtiLink, LtiPlatform, LtiUsed

__all__ = [
    "LtiCourse", "LtiDeployment", "LtiKey", "LtiLine", "LtiLink", "LtiMember", "LtiPlatform", "LtiScore", "LtiUsed",
]  # fmt: skip
