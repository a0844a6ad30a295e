"""The staff's pages: one file a place; found by folder."""
