"""Who a text or letter comes from: the practice's number, the domain and the logo."""
