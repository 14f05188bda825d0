"""Safety tests that count: so many attempts, so many survivors, and a control that must fail.

A commit runs a twentieth of each count; `./ground prove` runs all of it on both databases.
"""
