"""One decision: words, units, bounds, consistency, messages, loading, edits."""
