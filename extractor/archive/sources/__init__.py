"""Where reports come from: one file a kind of source, each a function from an open file to reports and refusals."""
