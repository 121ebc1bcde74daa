"""Where reports come from: one file a kind of source, each a function from an open source to reports and refusals."""

from extractor.archive.sources.found import Found, find_files
from extractor.archive.sources.opening import Meter
from extractor.archive.sources.reading import check_sources, read_bytes, read_sources
from extractor.archive.sources.selection import Selection

__all__ = ["Found", "Meter", "Selection", "check_sources", "find_files", "read_bytes", "read_sources"]
