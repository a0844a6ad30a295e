"""The portal's pages: one file a place a patient can be; found by folder."""
