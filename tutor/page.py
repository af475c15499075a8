"""The script that Streamlit runs at every interaction: navigation, and nothing else."""

import streamlit as st

from tutor.ui.server import loaded

loaded()

from tutor.ui.navigation import ICON, pages  # noqa: E402 - only now is it safe to import what the server loads

st.set_page_config(page_title="MLE interview tutor", page_icon=ICON, layout="centered")
st.navigation(pages()).run()
