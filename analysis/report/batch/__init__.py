"""Many scenarios at once: each run in a process, its results in a folder, an index over all."""
