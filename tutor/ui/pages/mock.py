"""Mock round: choose company, round, role and seniority; then the clock runs, and the debrief comes at the end."""

from tutor.ui.exchange import converse
from tutor.ui.frame import begin
from tutor.ui.messages import shown
from tutor.ui.mock_setup import another, choose, choosing

desk, place = begin(session=True)
with shown():
    if choosing(desk, place):
        choose(desk, place)
    else:
        another(desk, place)
        converse(desk, place.session or "", only_round=True)
