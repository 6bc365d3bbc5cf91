"""What follows from claims and a question; no prose, no colours."""
