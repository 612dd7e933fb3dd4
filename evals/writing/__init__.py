"""Gold questions written from one's own articles, and checked against them."""
