"""Runs told: as tables, Markdown and a page, and one beside another."""
