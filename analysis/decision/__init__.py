"""What follows from a result: headline, answer, reversals, values of time and of knowledge."""
