"""What is written: claims, questions, tables and the checks that they pass; imports no other room."""
