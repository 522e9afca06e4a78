"""What must stand in a register, told from who was shown what, without the `sup` of any operation.

An author replaces the values that were shown: those that nobody whom the author knew had replaced before. This file
keeps its own account of it and shares no rule with the code under test.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass
class Oracle:
    """By dot: the register, and the dots whose values its author was shown there."""

    register: dict[str, str] = field(default_factory=dict)
    shown: dict[str, frozenset[str]] = field(default_factory=dict)

    def note(self, dot: str, register: str, known: Collection[str]) -> None:
        """An author who counted the operations `known` wrote into the register."""
        self.shown[dot] = self.standing(known, register)
        self.register[dot] = register

    def standing(self, counting: Collection[str], register: str) -> frozenset[str]:
        """The maximal operations of the register among those that count."""
        here = {dot for dot in counting if self.register.get(dot) == register}
        return frozenset(here.difference(*(self.shown[dot] for dot in here)))

    def registers(self, dots: Iterable[str]) -> set[str]:
        return {self.register[dot] for dot in dots if dot in self.register}
