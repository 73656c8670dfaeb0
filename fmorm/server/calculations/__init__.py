"""FileMaker's calculation formulas: compiled once, evaluated for each record."""
