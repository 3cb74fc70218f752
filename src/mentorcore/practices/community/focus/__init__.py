"""Focus groups: what people said together, told by theme from a number of them on."""
