"""What a file says, and what is to be told about it: its bytes, its JSON, its findings and their sentences."""
