"""The worklist: which cases of a run need a look first, and the words that put them there."""
