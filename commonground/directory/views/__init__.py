from .editing import confirm, credential, listing, listings, my_listing, preview, remove, verify
from .public import therapist, therapists

__all__ = [
    "confirm",
    "credential",
    "listing",
    "listings",
    "my_listing",
    "preview",
    "remove",
    "therapist",
    "therapists",
    "verify",
]
