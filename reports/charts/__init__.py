"""PURE geometry of every figure: numbers in, coordinates out. Imports nothing of Django and nothing of ours.

Each function returns a frozen dataclass with all numbers rounded to one decimal: same input, same bytes.
The SVG that draws it lies under `templates/charts/` with the same name.
"""
