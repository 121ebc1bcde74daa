"""An audit as one page: drawings, tables and words, without a script."""

from extractor.render.page.audit import render_audit_page
from extractor.render.page.svg import has_plots

__all__ = ["has_plots", "render_audit_page"]
