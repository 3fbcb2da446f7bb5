"""What the chapters share: style, labels, markup, rows, words."""
