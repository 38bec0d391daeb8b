"""Did what was done show? Pure: readings in, judgement out; no Django anywhere below."""
