"""What Streamlit does before a first page that this app has no use for, left out: some .3 s of processor time.

These are no settings of Streamlit but names inside it. One that is no longer there is passed over: then the page is as
slow as it was, and a test says which name went.
"""

import os
from types import ModuleType
from typing import Any

from streamlit import delta_generator
from streamlit.components.v2 import manifest_scanner


def _nothing(*_: object, **__: object) -> list[Any]:
    return []


LEFT_OUT: tuple[tuple[ModuleType, str, Any], ...] = (
    # Reads what every installed package says of itself, to find components in them; ours are no packages.
    (manifest_scanner, "scan_component_manifests", _nothing),
    # Reads the source of every function that is running, to warn those who run a page without a server.
    (delta_generator, "_use_warning_has_been_displayed", True),
)


def leave_out() -> None:
    """Leave it out in this process, before the server is made."""
    # Pydantic would look through every installed package for plugins.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for module, name, value in LEFT_OUT:
        if hasattr(module, name):
            setattr(module, name, value)
