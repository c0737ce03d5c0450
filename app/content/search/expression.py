"""What is looked for, in the words of FTS5.

Follows the SQLite documentation, "Full-text Query Syntax". Words are letters and digits only
and stand in quotes, so nothing that is typed can be an operator.
"""

from app.domain.search import Query
from app.domain.search_words import Word


def expression(query: Query) -> str:
    """Return the expression that finds what has every word, or words that begin with it.

    A whole word counts twice, so that it comes before a longer one.
    """
    return " AND ".join(map(_one, query.words))


def _one(word: Word) -> str:
    whole = f'"{word.whole}" OR "{word.whole}" *'
    if not word.parts:
        return f"({whole})"
    parts = " AND ".join(f'"{part}" *' for part in word.parts)
    return f"({whole} OR ({parts}))"
