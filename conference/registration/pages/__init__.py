"""Public and own pages: registering, one's order, the waiting list."""
