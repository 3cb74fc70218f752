"""The tree of RFC 9162: leaves, roots, tiles and proofs. Pure; it uses no other room."""
