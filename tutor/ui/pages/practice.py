"""Practice: a question, an answer, a critique, the next question. The first page."""

from tutor.ui.exchange import converse
from tutor.ui.frame import begin
from tutor.ui.messages import shown

desk, place = begin(session=True)
with shown():
    converse(desk, place.session or "")
