"""Why something encrypted cannot be read."""


class Undecipherable(Exception):
    """It was moved, altered or written with another key."""


class Shredded(Undecipherable):
    """Its key has been destroyed on purpose: nobody will ever read it again."""
