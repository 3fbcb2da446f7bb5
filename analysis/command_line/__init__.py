"""The commands of `workbook`, one function each, and what they put on the terminal."""
