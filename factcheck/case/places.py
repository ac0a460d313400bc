"""The names of what lies in a desk's folder."""

LEDGER_FILE = "ledger.sqlite"
CAPTURES = "captures"
REPORTS = "reports"
