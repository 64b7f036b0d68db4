"""Public and own pages: asking, offering, one's own page, answering."""
