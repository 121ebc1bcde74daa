"""What can be wrong with a report."""


class ReportError(ValueError):
    """Text that is no readable report; the message says where, why and the remedy, never the text itself."""
