"""Trust: how far the grading can be trusted, from the eval reports that exist."""

from tutor.ui.frame import begin
from tutor.ui.messages import shown
from tutor.ui.resources import options
from tutor.ui.trust import trust

begin(session=False)
with shown():
    trust(options())
