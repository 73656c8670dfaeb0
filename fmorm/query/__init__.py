"""Finds as immutable values: terms make conditions, conditions make a find, a find compiles to `_find` JSON.

This layer knows fields, not models.
"""
