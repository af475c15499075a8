"""`streamlit run app.py`: navigation, and nothing else. What the pages are for: docs/app-sketch.md."""

import streamlit as st

from tutor.ui.navigation import ICON, pages

st.set_page_config(page_title="MLE interview tutor", page_icon=ICON, layout="centered")
st.navigation(pages()).run()
