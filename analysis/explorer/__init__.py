"""The sliders and their server."""
