"""Faults on demand: what can go wrong with a server and the way to it, when a test wants it to."""
