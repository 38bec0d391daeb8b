"""The only door to git: the gate for locations, hardened runs, bare clones, and readers of history and tree.

Imports nothing of ours but `metrics.signals.types`; knows neither rows nor requests.
"""
