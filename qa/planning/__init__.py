"""Where a question says to look: outlets and days read from its words, and the search that heeds them."""
