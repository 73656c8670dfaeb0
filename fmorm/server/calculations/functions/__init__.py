"""FileMaker's functions, one module for each family."""
