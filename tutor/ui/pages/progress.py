"""Progress: the weakest topics, what changed this week, the syllabus at a glance, and every answer."""

from tutor.ui.frame import begin
from tutor.ui.messages import shown
from tutor.ui.progress import progress_page

desk, place = begin(session=True)
with shown():
    progress_page(desk, place)
