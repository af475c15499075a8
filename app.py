"""`streamlit run app.py` serves the page: its script is tutor/page.py, what it is for stands in docs/app-sketch.md."""

import streamlit as st

from tutor.ui.lean import leave_out
from tutor.ui.server import broke, lifespan

leave_out()
app = st.App("tutor/page.py", lifespan=lifespan, on_script_error=broke)
