"""A sample of recordings, which the tests of this folder share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.recordings import SAMPLE, done, expect, record
from tests.support.hub_process import HubProcess


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seeds, and all that the SDK makes of them."""
    folder = tmp_path_factory.mktemp("recordings")
    with HubProcess() as hub:
        done(record(hub, SAMPLE, folder, late=True), SAMPLE)
    done(expect(folder, SAMPLE), SAMPLE)
    done(expect(folder, SAMPLE, "live"), SAMPLE)
    return folder
