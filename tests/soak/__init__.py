"""Many deliveries, random faults, workers killed at random: at the end everything must have an end. `make soak`."""
