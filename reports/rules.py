"""Who may request and download a report."""
