"""How a text becomes rows: taken in, proposed, checked, written, compared; no widgets, and nothing enters unread."""
