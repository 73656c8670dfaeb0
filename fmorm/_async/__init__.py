"""The coloured surface, written once: `_sync` is written from this folder by `tools/unasync.py`.

`primitives` is the exception: it is written by hand in each colour.
"""
