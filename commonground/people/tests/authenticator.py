"""An authenticator app, worked out here and not by the code under test (RFC 6238, SHA-1)."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode

STEP = 30
"""Seconds for which an app shows one code."""


def code_at(secret: str, at: float) -> str:
    """What an app shows at `at`, in seconds since 1970."""
    key = b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(at) // STEP), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def early_moment(after: float = 0.0, spare: float = 12.0) -> float:
    """Wait, as a person would, for a moment whose code is not the one of `after` and stays for
    `spare` seconds: on a busy machine it would be stale by the time it is checked."""
    while (now := time.time()) // STEP == after // STEP or STEP - now % STEP < spare:
        time.sleep(0.2)
    return now
