"""British English with a clock of 24 hours: nobody has to tell noon from midnight at a glance."""

DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
TIME_FORMAT = "H:i"
