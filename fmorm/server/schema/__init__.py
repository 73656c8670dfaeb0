"""What an embedded file is made of, and the schema file that says so."""
