"""Dataclasses that are made by the million."""

from __future__ import annotations

from dataclasses import field, fields, make_dataclass
from functools import wraps
from typing import Any, TypeVar, cast

Noun = TypeVar("Noun")


def made_fast(noun: type[Noun]) -> type[Noun]:
    """A frozen dataclass that is made in half the time: of every line that is read there is an Origin and a Record.

    A frozen one sets each field by way of `object.__setattr__`. Here it is of an open class with the same slots for as
    long as it is filled, and of its own from then on.
    """
    same = [
        (item.name, item.type, field(default=item.default, default_factory=item.default_factory))
        for item in fields(noun)  # type: ignore[arg-type]
    ]
    open_noun: Any = make_dataclass(noun.__name__, same, slots=True)
    set_class, fill = object.__setattr__, open_noun.__init__

    @wraps(cast(Any, noun).__init__)
    def __init__(self: Any, *values: Any, **named: Any) -> None:
        set_class(self, "__class__", open_noun)
        fill(self, *values, **named)
        self.__class__ = noun

    cast(Any, noun).__init__ = __init__
    return noun
