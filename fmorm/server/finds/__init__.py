"""FileMaker's find language: from criteria to a found set."""
