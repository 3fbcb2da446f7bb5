"""What was published: the ledger, its files, what was known on a day."""
