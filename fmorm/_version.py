"""The version of fmorm, kept here alone."""

__version__ = "0.1.0"
