"""The calculation, and nothing else: from draws to the comparison of the options."""
