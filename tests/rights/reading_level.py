"""How hard a text is to read: the Flesch-Kincaid grade, as textstat computes it from a dictionary of syllables."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # textstat reads its dictionaries through setuptools' old API, and says so when it is imported.
    warnings.simplefilter("ignore")
    import textstat


def grade(text: str) -> float:
    """The school grade (of the United States) in which a child can read `text`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same, when it opens its dictionary
        return float(textstat.flesch_kincaid_grade(text))
