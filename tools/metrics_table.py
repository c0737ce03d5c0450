"""The table of `docs/metrics.md`, from the catalogue in the code.

`python -m tools.metrics_table` writes it between the page's two marks; a test compares.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.metrics.catalogue import ALL, Metric

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"
BEGIN: Final = "<!-- Begin of what python -m tools.metrics_table writes -->"
END: Final = "<!-- End of what python -m tools.metrics_table writes -->"


def table() -> str:
    """Return the table of all metrics."""
    return "\n".join(["| metric | kind | labels | what it says |", "|---|---|---|---|", *_rows()])


def written(page: str) -> str:
    """Return the page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _rows() -> Iterator[str]:
    for metric in ALL:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.shape} | {labels} | {metric.says}{_buckets(metric)} |"


def _buckets(metric: Metric) -> str:
    if not metric.buckets:
        return ""
    return f". Buckets: {', '.join(f'{each:g}' for each in metric.buckets)} s"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
