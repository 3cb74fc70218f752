"""What proves a log and hands it over, said to people: proofs, exports, audits."""
