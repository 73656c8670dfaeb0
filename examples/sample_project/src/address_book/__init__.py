"""An address book in a FileMaker file."""
