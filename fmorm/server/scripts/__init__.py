"""FileMaker scripts as Python functions: how they are registered, what they see, and when they run."""
