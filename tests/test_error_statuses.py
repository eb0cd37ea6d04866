"""Errors have the HTTP status that Ably documents for their code, wherever they are raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import aitransport_notebook
from aitransport_notebook.errors import HubError, error_for

PACKAGE = Path(aitransport_notebook.__file__).parent

# From ably-common's errors/codes: those that name a status, of the codes that are raised here.
DOCUMENTED = {
    **dict.fromkeys((40000, 40001, 40003, 40005, 40006, 40010, 40012, 40013), 400),
    **dict.fromkeys((40030, 40031, 40032, 80018, 90010, 91000, 91003, 93002), 400),
    **dict.fromkeys((40101, 40102, 40104, 40105, 40106, 40141, 40142, 40143), 401),
    **dict.fromkeys((40144, 40160, 40166, 40170), 401),
    40009: 413,
    40300: 403,
    40400: 404,
    42911: 429,
    50000: 500,
    50003: 503,
    90003: 404,
}

# A claim that is malformed; a key that its app does not have, as Ably's own suite expects it.
OTHERWISE = {(40144, 400), (40400, 401)}


@pytest.mark.parametrize(("code", "status"), DOCUMENTED.items())
def test_a_code_has_its_status(code: int, status: int) -> None:
    assert error_for(code, "").status == status


def raised(file: Path) -> Iterator[tuple[int, int, int]]:
    """Yield the line, the code and the status of each error that a file makes."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        named = {word.arg: word.value for word in call.keywords}
        is_maker = isinstance(call.func, ast.Name) and call.func.id == "error_for"
        code = call.args[0] if is_maker and call.args else named.get("code")
        if isinstance(code, ast.Constant) and isinstance(code.value, int):
            status = named.get("status")
            given = ast.literal_eval(status) if status else None
            yield call.lineno, code.value, error_for(code.value, "", status=given).status


def test_no_error_is_raised_with_another_status() -> None:
    found = {file: list(raised(file)) for file in sorted(PACKAGE.rglob("*.py"))}
    assert sum(map(len, found.values())) > 80, "the errors were not found"
    problems = [
        f"{file.relative_to(PACKAGE)}:{line}: {code} with status {status}"
        for file, errors in found.items()
        for line, code, status in errors
        if DOCUMENTED.get(code, status) != status and (code, status) not in OTHERWISE
    ]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("it shows one session", "it shows one session. Hint: Name it."),
        ("it shows one session.", "it shows one session. Hint: Name it."),
        ("which one?", "which one? Hint: Name it."),
    ],
)
def test_what_happened_and_how_to_mend_it_are_two_sentences(message: str, shown: str) -> None:
    assert str(HubError(message, code=50000, hint="Name it.")) == f"[50000] {shown}"
    assert str(HubError(message, code=50000)) == f"[50000] {message}"
