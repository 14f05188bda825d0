"""Fields whose column holds ciphertext only."""

from .encrypted import EncryptedJSONField, EncryptedTextField, resealing
from .errors import Shredded, Undecipherable
from .held import forget

__all__ = [
    "EncryptedJSONField",
    "EncryptedTextField",
    "Shredded",
    "Undecipherable",
    "forget",
    "resealing",
]
