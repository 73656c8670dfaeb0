"""FileMaker's kinds of values: how each is read, kept, compared and written."""
