"""The data of an embedded file, in SQLite: one table for each base table, one column for each repetition."""
