"""What can happen in a pairing, and the commands that lead to it, a heading each."""
