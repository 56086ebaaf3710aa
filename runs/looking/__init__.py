"""Looking up one row by what somebody has in hand: a legacy id, or a UUID of the new system. No value is read out."""
