"""The review page: a local web page to read reports, and to review a run of them."""
