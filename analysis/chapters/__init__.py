"""What a person sees: one folder a notebook, by its name."""
