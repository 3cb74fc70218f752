"""What responses lead to: some hundred at a time are decided upon and recorded, or refused."""
