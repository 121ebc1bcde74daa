"""Agreement of the program's records with gold records made by people."""

from extractor.evaluate.compare import Evaluation, compare
from extractor.evaluate.gold import Gold, load_gold

__all__ = ["Evaluation", "Gold", "compare", "load_gold"]
