"""Declaring layouts as classes: fields, repetitions, portals, the compiled plan of a class, record state."""
