"""What the engine answers, as text for people and as plain data for programs."""
