"""FHIRPath: expressions of strangers, read with suspicion and run in a child process."""
