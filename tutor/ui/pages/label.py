"""Label: a person labels answers blind and sees how far author and grader agree."""

from tutor.ui.frame import begin
from tutor.ui.label import label_page
from tutor.ui.messages import shown
from tutor.ui.resources import options

desk, _ = begin(session=False)
with shown():
    label_page(desk, options())
