"""What is recorded because a rule asks for it: reliefs, credits, facts, documents, reasons."""
