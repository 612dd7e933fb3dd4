"""Follow-up questions: ``standalone`` says one in full; the other modules are the rules it is made of."""
