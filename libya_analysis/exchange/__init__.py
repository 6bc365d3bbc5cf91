"""Evidence as files for other tools; what each of them cannot hold is told in the README.

Each function takes tables and a question, and gives the bytes of a file; the same inputs give the same bytes.
"""
