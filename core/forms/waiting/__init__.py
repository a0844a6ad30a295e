"""Forms that were sent: what waits for an answer, is reminded of, replaced, or answered on paper."""
