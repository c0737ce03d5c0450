"""Code that makes a call, in several languages, written from its one description.

No sample ever holds a key: each reads it from the environment.
"""

from app.domain.samples.samples import Sample, samples

__all__ = ["Sample", "samples"]
