"""Writes what was measured into docs/performance.md, section by section, and draws the plot beside it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
PLOT = DOCS / "performance-draw.svg"


def write_section(name: str, body: str) -> None:
    """Replace the part of the page between the marks of that name. Raises ValueError if it has no such marks."""
    page = PAGE.read_text("utf-8")
    marks = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marks.search(page):
        raise ValueError(f"{PAGE.name} has no section {name}")
    PAGE.write_text(marks.sub(lambda found: f"{found[1]}\n{body}\n\n{found[2]}", page), "utf-8")


def plot_bars(bars: Sequence[tuple[str, float, bool]], *, title: str) -> str:
    """Horizontal bars of (name, seconds, with proof) as an SVG, readable on light and dark pages."""
    longest, line, left, width = max(seconds for _, seconds, _ in bars), 24, 330, 900
    height = 60 + line * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}"'
        ' font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/><text x="10" y="24" font-size="15">{title}</text>',
    ]
    for place, (name, seconds, proof) in enumerate(bars):
        y = 44 + line * place
        long = (width - left - 80) * seconds / longest
        colour = "#1a5fb4" if name.startswith("suicha") else "#99c1f1" if proof else "#c0bfbc"
        parts.append(f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{name}</text>')
        parts.append(f'<rect x="{left}" y="{y}" width="{long:.1f}" height="{line - 7}" fill="{colour}"/>')
        parts.append(f'<text x="{left + long + 6:.1f}" y="{y + 13}">{seconds:.2f} s</text>')
    return "\n".join([*parts, "</svg>", ""])


def ratio(of: float, to: float) -> str:
    """How many times one figure is another."""
    return f"{of / to:.1f}×"


def bars_of(seconds: Mapping[str, float], with_proof: Mapping[str, object]) -> list[tuple[str, float, bool]]:
    """The bars of some contestants, quickest first."""
    return [(name, taken, name in with_proof) for name, taken in sorted(seconds.items(), key=lambda entry: entry[1])]
