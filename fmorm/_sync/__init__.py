"""The coloured surface for threads, written from `_async` by `tools/unasync.py`.

`primitives` is the exception: it is written by hand in each colour.
"""
