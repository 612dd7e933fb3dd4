"""The terminal and the Gradio page: two readers of the same engine."""
