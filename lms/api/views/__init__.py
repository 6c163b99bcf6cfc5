"""Everything under /api/v1, a subject a file."""

from lms.api.operations import bp as bp
from lms.api.views import asking as asking
from lms.api.views import awards as awards
from lms.api.views import bank as bank
from lms.api.views import bulletins as bulletins
from lms.api.views import campaigns as campaigns
from lms.api.views import certificates as certificates
from lms.api.views import credited as credited
from lms.api.views import document as document
from lms.api.views import ending as ending
from lms.api.views import entering as entering
from lms.api.views import holding as holding
from lms.api.views import imports as imports
from lms.api.views import lectures as lectures
from lms.api.views import marks as marks
from lms.api.views import materials as materials
from lms.api.views import own as own
from lms.api.views import people as people
from lms.api.views import places as places
from lms.api.views import quizzes as quizzes
from lms.api.views import registry as registry
from lms.api.views import roster as roster
from lms.api.views import steps as steps
from lms.api.views import summary as summary
from lms.api.views import supervising as supervising
from lms.api.views import there as there
