"""The page of timelines: a section a patient, a strip a level, the quoted words; no script, nothing fetched."""

from extractor.render.strip.page import render_timeline_page

__all__ = ["render_timeline_page"]
