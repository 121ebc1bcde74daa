"""The spine as a drawing: SVG made of plain values, by the standard library and nothing fetched."""

from extractor.render.spine.counts import Count, counts_svg
from extractor.render.spine.svg import spine_svg
from extractor.render.spine.vertebra import Vertebra, fused_of, vertebrae_of

__all__ = ["Count", "Vertebra", "counts_svg", "fused_of", "spine_svg", "vertebrae_of"]
