"""What to say next and what a reply means: generators that yield effects.

Nothing here waits, locks, looks at a clock or opens a socket; only a driver does. Nothing here knows a model.
"""
