"""Prose by a language model, held to the articles: asked, checked as it streams, and replaced where it fails."""
