"""The releases of FileMaker Server, as far as their Data APIs differ.

Where the guides do not say with which point release something came, it is taken to come with the whole release.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

_DATES = "dateformats"
_OPTIONS = "options"
_READS = frozenset({"get-record", "get-range", "find"})
_WRITES = frozenset({"create", "edit"})
_SINCE_18 = frozenset(
    {
        "product-info",
        "databases",
        "layouts",
        "scripts",
        "metadata",
        "old-metadata",
        "duplicate",
        "run-script",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """What the Data API of one release does that others do not; there is one of each, so it is the same or another.

    Attributes:
        name: The release: `17` to `22`.
        version: What productInfo says of it, empty where it does not.
        build_date: The same, of its date.
        paths: The versions that stand in a path.
        absent: The verbs that it does not have.
        has_claris_ids: Whether a Claris ID opens a session.
        has_token_in_body: Whether a log-in gives the token also in the body.
        has_mod_ids: Whether create and edit tell the record's modification id.
        has_data_info: Whether records come with `dataInfo` and `portalDataInfo`.
        has_new_rows: Whether create and edit tell which portal rows they made.
        has_deletion_lists: Whether one edit may delete several portal rows.
        has_layout_tables: Whether the list of layouts has the member `table`.
        has_charset: Whether a JSON body may name its charset in its content type.
        has_dates_on_reads: Whether reads take `dateformats`.
        has_dates_on_writes: Whether writes take it.
        has_options: Whether writes take `options`.
        has_relative_redirects: Whether the redirect to a container's file names a path only.
    """

    name: str
    version: str = ""
    build_date: str = ""
    paths: tuple[str, ...] = ("v1", "v2", "vLatest")
    absent: frozenset[str] = frozenset()
    has_claris_ids: bool = True
    has_token_in_body: bool = True
    has_mod_ids: bool = True
    has_data_info: bool = True
    has_new_rows: bool = True
    has_deletion_lists: bool = True
    has_layout_tables: bool = True
    has_charset: bool = True
    has_dates_on_reads: bool = True
    has_dates_on_writes: bool = True
    has_options: bool = True
    has_relative_redirects: bool = True

    def unknown_parameters(self, verb: str) -> frozenset[str]:
        """Give the parameters that later releases take for a verb and this one does not know."""
        takes_dates = self.has_dates_on_reads if verb in _READS else self.has_dates_on_writes
        takes_options = self.has_options or verb not in _WRITES
        return frozenset({_DATES} if not takes_dates else ()) | frozenset(
            {_OPTIONS} if not takes_options else ()
        )


_FM22 = Release("22")
_FM21 = replace(_FM22, name="21")
_FM20 = replace(_FM21, name="20", has_dates_on_writes=False)
_FM19 = replace(
    _FM20,
    name="19",
    version="19.4.2.204",
    build_date="12/08/2021",
    has_options=False,
    has_relative_redirects=False,
)
_FM18 = replace(
    _FM19,
    name="18",
    version="18.0.2.217",
    build_date="07/05/2019",
    paths=("v1", "vLatest"),
    absent=frozenset({"validate"}),
    has_claris_ids=False,
    has_layout_tables=False,
    has_charset=False,
    has_dates_on_reads=False,
)
_FM17 = replace(
    _FM18,
    name="17",
    version="",
    build_date="",
    paths=("v1",),
    absent=_FM18.absent | _SINCE_18,
    has_token_in_body=False,
    has_mod_ids=False,
    has_data_info=False,
    has_new_rows=False,
    has_deletion_lists=False,
    has_charset=True,
)
RELEASES: Final = {one.name: one for one in (_FM17, _FM18, _FM19, _FM20, _FM21, _FM22)}
YEARS: Final = {"2023": "20", "2024": "21", "2025": "22"}
LATEST: Final = _FM22


def release_of(name: str) -> Release:
    """Find a release.

    Args:
        name: `17` to `22`, or a year: `2023`, `2024`, `2025`.

    Raises:
        ValueError: There is no such release.
    """
    found = RELEASES.get(YEARS.get(name, name))
    if found is None:
        raise ValueError(f"release={name!r}: give one of {', '.join([*RELEASES, *YEARS])}")
    return found
