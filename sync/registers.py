"""The multi-value register: what stands is every value that no later writer has seen and replaced.

Nothing wins by clock, and nothing is dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .canonical import Json, canonical
from .operations import Operation, dot


@dataclass(frozen=True, slots=True)
class Register:
    """Heads in display order (lam, rep, seq), and every dot that some counting operation has replaced."""

    heads: tuple[Operation, ...] = ()
    gone: frozenset[str] = frozenset()

    @property
    def conflict(self) -> bool:
        """Whether the heads disagree. Equal values agree; a cleared value disagrees with a present one."""
        return len(self.heads) > 1 and len({canonical(head["val"]) for head in self.heads}) > 1

    @property
    def value(self) -> Json:
        """The value that all heads agree on; None when it is cleared, never set, or in conflict."""
        return self.heads[0]["val"] if self.heads and not self.conflict else None


def write(register: Register, op: Operation) -> Register:
    """The register after one more counting operation. Any order and any repetition give the same register."""
    gone = register.gone.union(op["sup"])
    heads = {dot(head): head for head in (*register.heads, op)}
    standing = (head for name, head in heads.items() if name not in gone)
    return Register(tuple(sorted(standing, key=display_order)), gone)


def display_order(op: Operation) -> tuple[int, str, int]:
    """Lamport first, so that an operation never stands before one that its author had seen."""
    return op["lam"], op["rep"], op["seq"]


def merge(ops: Iterable[Operation]) -> dict[str, Register]:
    """The registers that a set of counting operations makes."""
    registers: dict[str, Register] = {}
    for op in ops:
        registers[op["reg"]] = write(registers.get(op["reg"], Register()), op)
    return registers
