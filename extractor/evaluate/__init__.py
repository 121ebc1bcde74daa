"""Agreement of the program's records with gold records made by people."""

from extractor.evaluate.compare import compare
from extractor.evaluate.gold import Gold, load_gold, parse_gold
from extractor.evaluate.records import load_records
from extractor.evaluate.results import Error, Evaluation

__all__ = ["Error", "Evaluation", "Gold", "compare", "load_gold", "load_records", "parse_gold"]
