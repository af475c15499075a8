"""The script that Streamlit runs at every interaction: navigation, and nothing else."""

import streamlit as st

from tutor.ui.navigation import ICON, pages

st.set_page_config(page_title="MLE interview tutor", page_icon=ICON, layout="centered")
st.navigation(pages()).run()
