"""Choices that follow from a seed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

WORDS = (
    *("the", "sea", "naïve", "Straße", "Ω", "東京", "\U0001f9d1\u200d\U0001f680", "e\u0301"),
    *('"quoted"', "back\\slash", "a\tb", "<b>", '{"json": 1}', "line\n", "\u2028", "قلب", "0", "-"),
    *("", " ", "\x00", "\x1f\x7f", "true", "null"),
)


class Chance:
    """Draws; `odd` is how likely anything is to be other than a good agent would have it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.odd = self.random.choice((0.0, 0.0, 0.05, 0.2))
        self._ids = 0

    def maybe(self, probability: float) -> bool:
        return self.random.random() < probability

    def oddly(self) -> bool:
        return self.maybe(self.odd)

    def pick(self, given: Sequence[T]) -> T:
        return self.random.choice(given)

    def weighted(self, weights: Mapping[str, float]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def count(self, most: int) -> int:
        return self.random.randint(0, most)

    def id(self, of: str) -> str:
        self._ids += 1
        return f"{of}-{self._ids}"

    def text(self) -> str:
        return " ".join(self.pick(WORDS) for _ in range(self.count(4)))

    def value(self, depth: int = 2) -> Any:
        """Return anything that JSON can say."""
        numbers = (0, -7, 1.5, 12345678901, 1e-07)
        plain: tuple[Any, ...] = (None, True, False, *numbers, self.text(), "", [], {})
        if depth == 0 or self.maybe(0.5):
            return self.pick(plain)
        if self.maybe(0.4):
            return [self.value(depth - 1) for _ in range(self.count(3))]
        keys = ("a", "b c", "1", "ключ", "type", "id", "kind", "length")
        return {self.pick(keys): self.value(depth - 1) for _ in range(self.count(3))}

    def metadata(self) -> dict[str, Any]:
        return {self.pick(("model", "usage", "at")): self.value(1) for _ in range(self.count(2))}

    def some(self, probability: float, **given: Any) -> dict[str, Any]:
        """Return each of the values or not; sometimes None in its place, as Python code does."""
        kept = {key: value for key, value in given.items() if self.maybe(probability)}
        return {key: None if self.maybe(self.odd / 4) else value for key, value in kept.items()}

    def pieces(self, text: str) -> list[str]:
        cuts = sorted(self.random.randint(0, len(text)) for _ in range(self.count(4)))
        return [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def json_text(self) -> tuple[str, Any]:
        """Return a tool's input as it is streamed, and what it is; now and then it is no JSON."""
        if self.maybe(self.odd):
            text = self.pick(("", "{", '{"a": ', "NaN", "-Infinity", "12 ", "\ufeff1", "'a'", "01"))
            return text, text
        value = self.pick((self.value(), {"query": self.text(), "count": self.count(9)}))
        indent = self.pick((None, 1))
        return json.dumps(value, ensure_ascii=self.maybe(0.5), indent=indent), value
