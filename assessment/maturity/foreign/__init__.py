"""Maturity models that other people wrote, in their formats. Plain data: imports neither Django nor any of our apps."""
