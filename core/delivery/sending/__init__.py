"""On the way out: a parcel claimed, looked at a last time, attempted; or held back while nobody would take it."""
