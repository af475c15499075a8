"""Plan: today in one click, the weeks until the interview, and what they are planned for."""

from tutor.ui.frame import begin
from tutor.ui.messages import shown
from tutor.ui.plan import plan_page

desk, place = begin(session=True)
with shown():
    plan_page(desk, place)
