"""Everything under /api/v1, a subject a file."""

from lms.api.operations import bp as bp
from lms.api.views import own as own
