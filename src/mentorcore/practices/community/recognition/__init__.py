"""Recognition: thanks, awards, certificates and success stories; counted, never ranked."""
