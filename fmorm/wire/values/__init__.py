"""Field values as the Data API writes them, and as Python holds them.

A field has a FileMaker *kind*; the Python type says what a program wants to hold. Both together choose a
`Codec`. The formats are the Data API's own: US dates unless ISO was asked for, `""` for empty, a carriage
return for a line break, numbers as JSON numbers or, when they are no plain number, as text.
"""

from fmorm.wire.values.codecs import NO_ACCESS, Codec, Kind, NotShown, Unreadable, Wire, Withheld
from fmorm.wire.values.moments import date_in, iso_time, iso_timestamp
from fmorm.wire.values.numbers import exact_number, number_as_sent
from fmorm.wire.values.standard import codec, natural_kind, types_of
from fmorm.wire.values.text import text_out

__all__ = [
    "NO_ACCESS",
    "Codec",
    "Kind",
    "NotShown",
    "Unreadable",
    "Wire",
    "Withheld",
    "codec",
    "date_in",
    "exact_number",
    "iso_time",
    "iso_timestamp",
    "natural_kind",
    "number_as_sent",
    "text_out",
    "types_of",
]
