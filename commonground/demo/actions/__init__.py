"""The making of the invented practice, and the lives its invented clients tell of."""

from .practice import carry, enlist, load, open_practice

__all__ = ["carry", "enlist", "load", "open_practice"]
