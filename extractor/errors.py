"""What a user can put right; each message says what, where and the remedy, never a report's text."""


class ReportError(ValueError):
    """Text that is no readable report."""


class EngineError(ValueError):
    """A cluster that cannot do the work, or worker processes that end as soon as they start."""


class OutputError(ValueError):
    """A place that nothing can be written to."""


class PatternError(ValueError):
    """A pattern file that cannot be used; the message names file, rule and remedy."""


class CheckError(ValueError):
    """A file of checks that cannot be used; the message names file, code, key and remedy."""


class FactError(ValueError):
    """A fact given by hand that cannot be; `part` is what is wrong of it: level, field, grade, or all of it."""

    def __init__(self, problem: str, *, part: str = "") -> None:
        """Keep the part apart, so that a table can name its column."""
        super().__init__(problem)
        self.part = part
