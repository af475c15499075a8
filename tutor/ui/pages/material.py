"""Own material: add a file, see its passages and the questions made from it, practise them."""

import streamlit as st

from tutor.ui.frame import begin
from tutor.ui.material import material_page
from tutor.ui.messages import shown

desk, place = begin(session=False)
with shown():
    material_page(desk, place, st.query_params.get("passage"))
