"""The Streamlit face: renders events and nothing more."""
