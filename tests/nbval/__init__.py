"""Strict comparison of notebooks with their stored outputs, and the references for further parameters."""
