"""The user's own copies of the notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path

from aitransport_notebook.errors import HubError

# In a wheel the notebooks stand in the package, in a clone beside it.
_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "notebooks", _PACKAGE.parent / "notebooks")


def lay_out(folder: Path) -> Path:
    """Copy the notebooks to a folder where they can be changed; what is there stays as it is."""
    source = next((place for place in _PLACES if place.is_dir()), None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HubError(
            f"cannot make the folder {folder}: {error.strerror}",
            hint="Choose another one with --folder.",
        ) from None
    for notebook in sorted(source.glob("*.ipynb")) if source else ():
        copy = folder / notebook.name
        if not copy.exists():
            shutil.copyfile(notebook, copy)
    return folder.resolve()
